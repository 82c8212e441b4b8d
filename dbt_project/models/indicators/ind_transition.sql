-- One row per cell of D12: codings of the month's reports in the old way (a), withdrawals (b), and withdrawn conditions
{{ config(materialized="view") }}
-- that something still points at (c).
{%- set uuid = "'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'" %}
with
    coding as (
        select
            municipality_code,
            received_on,
            condition_code as code,
            reported_code as reported_code,
            false as has_old_profile,
            verification_status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_condition__reports") }}
        union all
        select
            municipality_code,
            received_on,
            intervention_code as code,
            reported_code as reported_code,
            false as has_old_profile,
            status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_planned_intervention__reports") }}
        union all
        select
            municipality_code,
            received_on,
            intervention_code as code,
            reported_code as reported_code,
            false as has_old_profile,
            status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_completed_intervention__reports") }}
        union all
        select
            municipality_code,
            received_on,
            result_code as code,
            reported_result_code as reported_code,
            false as has_old_profile,
            status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_follow_up__reports") }}
        union all
        select
            municipality_code,
            received_on,
            cast(null as varchar) as code,
            cast(null as varchar) as reported_code,
            profile_code = 'care-encounter' as has_old_profile,
            status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_encounter__reports") }}
        union all
        select
            municipality_code,
            received_on,
            target_severity_code as code,
            reported_target_severity_code as reported_code,
            false as has_old_profile,
            lifecycle_status_code is not distinct from 'entered-in-error' as is_withdrawal
        from {{ ref("int_goal__reports") }}
    ),

    told as (
        select
            period.*,
            coding.municipality_code,
            coding.is_withdrawal,
            coalesce(not regexp_full_match(coding.reported_code, {{ uuid }}), false)
            or coalesce(not concept.is_valid_after_transition, false)
            or coding.has_old_profile as is_old
        from {{ ref("int_indicator__period") }} as period
        inner join coding on coding.received_on between period.period_start_on and period.period_end_on
        left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = coding.code
        where period.period_kind_code = 'month'
    ),

    pointed_at as (
        select snapshot_key, municipality_code, unnest(condition_ids) as condition_id
        from {{ ref("int_indicator__plan") }}
        union
        select snapshot_key, municipality_code, condition_id
        from {{ ref("int_indicator__goal") }}
        union
        select snapshot_key, municipality_code, condition_id
        from {{ ref("int_indicator__follow_up_condition") }}
    ),

    withdrawn as (
        select
            period.*,
            version.municipality_code,
            version.condition_id,
            exists (
                select 1
                from pointed_at
                where
                    pointed_at.snapshot_key = period.snapshot_key
                    and pointed_at.municipality_code = version.municipality_code
                    and pointed_at.condition_id = version.condition_id
            ) as is_pointed_at
        from {{ ref("int_indicator__period") }} as period
        inner join {{ ref("int_indicator__touched") }} as snapshot on snapshot.snapshot_key = period.snapshot_key
        inner join {{ ref("int_condition__versions") }} as version on {{ believed_in() }}
        where
            period.period_kind_code = 'month'
            and version.is_entered_in_error
            and {{ copenhagen_date("version.withdrawn_at") }} between period.period_start_on and period.period_end_on
    )

select {{ cell("'D12a'", "count(*) filter (counted.is_old)", "count(*)") }}
from told as counted
group by all
union all by name
select {{ cell("'D12b'", "count(*) filter (counted.is_withdrawal)", "count(*)") }}
from told as counted
group by all
union all by name
select {{ cell("'D12c'", "count(*) filter (counted.is_pointed_at)", "count(*)") }}
from withdrawn as counted
group by all
