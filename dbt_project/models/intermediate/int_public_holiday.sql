-- One row per Danish public holiday (helligdag) of the calendar's years: those of the church that the law makes days
-- off.
with
    -- Easter Sunday by the Gregorian rule (Meeus/Jones/Butcher). Each step names what it holds; divide() is whole
    -- division.
    years as (select unnest(range(year({{ calendar_from() }}), year({{ calendar_to() }}) + 1)) as year_number),

    golden as (
        select
            year_number,
            year_number % 19 as golden,
            divide(year_number, 100) as century,
            year_number % 100 as year_of_century
        from years
    ),

    moon as (
        select
            *,
            (19 * golden + century - divide(century, 4) - divide(century - divide(century + 8, 25) + 1, 3) + 15)
            % 30 as epact
        from golden
    ),

    sunday as (
        select
            *, (32 + 2 * (century % 4) + 2 * divide(year_of_century, 4) - epact - year_of_century % 4) % 7 as to_sunday
        from moon
    ),

    corrected as (
        select *, epact + to_sunday - 7 * divide(golden + 11 * epact + 22 * to_sunday, 451) + 114 as month_and_day
        from sunday
    ),

    easter as (
        select year_number, make_date(year_number, divide(month_and_day, 31), month_and_day % 31 + 1) as easter_on
        from corrected
    ),

    moving as (
        select easter_on + days_after as holiday_on, holiday_name_da, holiday_name_en
        from easter
        cross join
            (
                values
                    (-3, 1970, 9999, 'Skærtorsdag', 'Maundy Thursday'),
                    (-2, 1970, 9999, 'Langfredag', 'Good Friday'),
                    (0, 1970, 9999, 'Påskedag', 'Easter Sunday'),
                    (1, 1970, 9999, '2. påskedag', 'Easter Monday'),
                    -- The law that abolished it: no. 214 of 6 March 2023, from 1
                    -- January 2024.
                    (26, 1970, 2023, 'Store bededag', 'Great Prayer Day'),
                    (39, 1970, 9999, 'Kristi himmelfartsdag', 'Ascension Day'),
                    (49, 1970, 9999, 'Pinsedag', 'Whit Sunday'),
                    (50, 1970, 9999, '2. pinsedag', 'Whit Monday')
            ) as told(days_after, first_year, last_year, holiday_name_da, holiday_name_en)
        where year_number between first_year and last_year
    ),

    fixed as (
        select make_date(year_number, month_number, day_number) as holiday_on, holiday_name_da, holiday_name_en
        from years
        cross join
            (
                values
                    (1, 1, 'Nytårsdag', 'New Year''s Day'),
                    (12, 25, 'Juledag', 'Christmas Day'),
                    (12, 26, '2. juledag', 'Second Day of Christmas')
            ) as told(month_number, day_number, holiday_name_da, holiday_name_en)
    )

select holiday_on, holiday_name_da, holiday_name_en
from moving
union all
select holiday_on, holiday_name_da, holiday_name_en
from fixed
