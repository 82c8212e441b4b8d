-- One row per citizen: the CPR behind the key, and what a CPR tells. The one place where CPR leaves raw:
-- restricted.
with
    citizen as (select citizen_key, min(cpr) as cpr from {{ source("raw", "citizen") }} group by citizen_key),

    digits as (
        select
            citizen_key,
            cpr,
            -- A replacement number (erstatnings-CPR) is a birth date with 60 added to the day.
            try_cast(cpr[1:2] as integer) as day_digits,
            cpr[3:4] as month_digits,
            try_cast(cpr[5:6] as integer) as year_digits,
            try_cast(cpr[7] as integer) as century_digit,
            try_cast(cpr[10] as integer) as sex_digit
        from citizen
    ),

    born as (
        select
            *,
            if(day_digits > 60, day_digits - 60, day_digits) as birth_day,
            year_digits + case
                when century_digit <= 3
                then 1900
                when century_digit in (4, 9)
                then if(year_digits <= 36, 2000, 1900)
                else if(year_digits <= 57, 2000, 1800)
            end as birth_year
        from digits
    )

select
    citizen_key,
    cpr,
    -- Null, never an error, where the digits are no date: an error message would quote them.
    cast(try_strptime(concat_ws('-', birth_year, month_digits, birth_day), '%Y-%m-%d') as date) as birth_on,
    case sex_digit % 2 when 1 then 'male' when 0 then 'female' end as sex_code,
    day_digits > 60 as is_replacement_number
from born
