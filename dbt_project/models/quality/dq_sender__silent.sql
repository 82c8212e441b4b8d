-- One row per finding: a sender and day of which no report came, since its first one (sender.day.silent).
-- Asked of days that are over: a day is, once something was received on a later one, from whomever. Found on the day
-- after.
with
    -- Something came on the day, or came later and tells of the day: who sends what was missing has mended it.
    heard as (
        select sender_id, received_on as date_on
        from {{ ref("stg_submissions") }}
        union
        select sender_id, {{ copenhagen_date("bundle_timestamp_at") }} as date_on
        from {{ ref("stg_submissions") }}
        where state_code = 'accepted'
    ),

    known as (
        select
            sender_id,
            min(received_on) as first_on,
            -- A sender of one municipality; null where it reports for several.
            if(count(distinct municipality_code) = 1, min(municipality_code), null) as municipality_code
        from {{ ref("stg_submissions") }}
        group by sender_id
    ),

    last_day as (select max(received_on) as last_on from {{ ref("stg_submissions") }})

select
    'sender.day.silent' as rule_id,
    known.municipality_code,
    cast(null as varchar) as citizen_key,
    cast(null as varchar) as resource_type_code,
    known.sender_id as resource_id,
    cast(null as varchar) as expression,
    cast(null as varchar) as submission_id,
    cast(null as varchar) as related_submission_id,
    calendar.date_on + 1 as found_on
from known
cross join last_day
inner join {{ ref("dim_date") }} as calendar on calendar.date_on between known.first_on and last_day.last_on - 1
anti join heard on heard.sender_id = known.sender_id and heard.date_on = calendar.date_on
