-- One row per snapshot, follow-up contact (opfølgning) that stands, and condition that it belongs to: old way (the
-- condition points at it) and new way (it points at the condition) alike.
with
    old_way as (
        select distinct
            condition.snapshot_key,
            condition.municipality_code,
            condition.condition_id,
            version.follow_up_encounter_id as encounter_id
        from {{ ref("int_indicator__condition") }} as condition
        inner join {{ ref("int_indicator__touched") }} as snapshot on snapshot.snapshot_key = condition.snapshot_key
        inner join
            {{ ref("int_condition__versions") }} as version
            on version.municipality_code = condition.municipality_code
            and version.condition_id = condition.condition_id
            and {{ believed_in() }}
            and not version.is_entered_in_error
            and version.valid_from_at < snapshot.valid_at
        where version.follow_up_encounter_id is not null
    ),

    follow_up as (select * from {{ ref("int_indicator__contact") }} where encounter_kind_code = 'follow_up')

select follow_up.snapshot_key, follow_up.municipality_code, follow_up.encounter_id, old_way.condition_id
from follow_up
inner join
    old_way
    on old_way.snapshot_key = follow_up.snapshot_key
    and old_way.municipality_code = follow_up.municipality_code
    and old_way.encounter_id = follow_up.encounter_id
union
select snapshot_key, municipality_code, encounter_id, unnest(condition_ids) as condition_id
from follow_up
