-- One row per snapshot, citizen (borger) and day on which home care began: none of it in the 90 days before.
with
    plan as (
        select * from {{ ref("int_indicator__plan") }} where is_care and coalesce(active_to_on >= granted_on, true)
    ),

    began as (
        select distinct snapshot_key, municipality_code, citizen_key, birth_on, sex_code, granted_on as started_on
        from plan
    )

select
    began.*,
    date_sub('year', began.birth_on, began.started_on) as age,
    {{ age_from("began.birth_on", "began.started_on") }} as age_from,
    bool_or(first.is_rehabilitation) as is_rehabilitation,
    bool_or(first.is_elderly_act) as is_elderly_act
from began
inner join
    plan as first
    on first.snapshot_key = began.snapshot_key
    and first.citizen_key = began.citizen_key
    and first.granted_on between began.started_on - 7 and began.started_on + 7
where
    not exists (
        select 1
        from plan as before
        where
            before.snapshot_key = began.snapshot_key
            and before.citizen_key = began.citizen_key
            and before.granted_on < began.started_on
            and coalesce(before.active_to_on >= began.started_on - 90, true)
    )
group by all
