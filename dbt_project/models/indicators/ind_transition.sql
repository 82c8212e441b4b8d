-- One row per cell of D12: codings of the month's reports in the old way (a), withdrawals (b), and withdrawn conditions
-- that something still points at (c).
{{ config(materialized="view") }}
{%- set uuid = "'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'" %}
{#- Of each noun: its code, as it was reported, and its status. A contact has no code: its profile is the old one or the new. #}
{%- set codings = {
    "condition": ["condition_code", "reported_code", "verification_status_code"],
    "planned_intervention": ["intervention_code", "reported_code", "status_code"],
    "completed_intervention": ["intervention_code", "reported_code", "status_code"],
    "follow_up": ["result_code", "reported_result_code", "status_code"],
    "encounter": ["cast(null as varchar)", "cast(null as varchar)", "status_code"],
    "goal": ["target_severity_code", "reported_target_severity_code", "lifecycle_status_code"],
} %}
with
    coding as (
        {%- for noun, (code, reported, status) in codings.items() %}
            select
                municipality_code,
                received_on,
                {{ code }} as code,
                {{ reported }} as reported_code,
                {{ "profile_code = 'care-encounter'" if noun == "encounter" else "false" }} as has_old_profile,
                {{ status }} is not distinct from 'entered-in-error' as is_withdrawal
            from {{ ref("int_" ~ noun ~ "__reports") }} {{ "union all" if not loop.last }}
        {%- endfor %}
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
