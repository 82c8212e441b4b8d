-- One row per snapshot, condition (FSIII-tilstand) that stands, and day on which its functional level was told or
-- confirmed: by a version of it, or by a final follow-up on it (then the level that held).
with
    told as (
        select
            condition.snapshot_key,
            condition.condition_id,
            condition.municipality_code,
            {{ copenhagen_date("version.valid_from_at") }} as assessed_on,
            arg_max(severity.severity_level, (version.valid_from_at, version.version_number)) as severity_level
        from {{ ref("int_indicator__condition") }} as condition
        inner join {{ ref("int_indicator__touched") }} as snapshot on snapshot.snapshot_key = condition.snapshot_key
        inner join
            {{ ref("int_condition__versions") }} as version
            on version.municipality_code = condition.municipality_code
            and version.condition_id = condition.condition_id
            and {{ believed_in() }}
            and not version.is_entered_in_error
            and version.valid_from_at < snapshot.valid_at
        inner join {{ ref("dim_fsiii_code") }} as severity on severity.fsiii_code = version.severity_code
        where condition.care_domain_code = 'home_care' and severity.severity_level between 0 and 4
        group by all
    ),

    confirmed as (
        select follow_up.snapshot_key, follow_up.condition_id, follow_up.municipality_code, follow_up.effective_on
        from {{ ref("int_indicator__follow_up_condition") }} as follow_up
        group by all
    )

select snapshot_key, municipality_code, condition_id, assessed_on, severity_level, false as is_confirmation
from told
union all
select
    confirmed.snapshot_key,
    confirmed.municipality_code,
    confirmed.condition_id,
    confirmed.effective_on as assessed_on,
    told.severity_level,
    true as is_confirmation
from confirmed
asof inner join
    told
    on told.snapshot_key = confirmed.snapshot_key
    and told.municipality_code = confirmed.municipality_code
    and told.condition_id = confirmed.condition_id
    and told.assessed_on <= confirmed.effective_on
where told.assessed_on < confirmed.effective_on
