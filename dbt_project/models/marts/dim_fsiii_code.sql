-- One row per code the gateway accepts: FSIII, CareSocial and encounter class. A legacy key is a column, not a row.
{{ config(materialized="table") }}
with
    kind as (
        -- A code may be in several value sets (all conditions, conditions of nursing); those agree, and min() skips
        -- nulls.
        select
            member.code_system,
            member.code,
            min(value_set.code_kind_code) as code_kind_code,
            min(value_set.care_domain_code) as care_domain_code
        from {{ ref("fsiii_value_set_member") }} as member
        inner join {{ ref("fsiii_value_set") }} as value_set on value_set.value_set = member.value_set
        group by member.code_system, member.code
    )

select
    concept.code as fsiii_code,
    concept.code_system,
    crosswalk.legacy_code,
    concept.display,
    concept.parent_code,
    coalesce(fsiii_parent.display, other_parent.display) as parent_display,
    concept.level_number,
    kind.care_domain_code,
    kind.code_kind_code,
    severity.severity_level,
    concept.generation_code,
    -- "probably" counts as valid: a code is not struck off on a guess. generation_basis says how sure it is.
    concept.valid_after_transition in ('yes', 'probably') as is_valid_after_transition,
    concept.equivalence_confidence,
    concept.generation_basis
from {{ ref("fsiii_code") }} as concept
inner join kind on kind.code_system = concept.code_system and kind.code = concept.code
left join {{ ref("fsiii_crosswalk") }} as crosswalk on crosswalk.fsiii_uuid = concept.code
left join {{ ref("fsiii_crosswalk") }} as fsiii_parent on fsiii_parent.fsiii_uuid = concept.parent_code
left join
    {{ ref("fsiii_code") }} as other_parent
    on other_parent.code_system = concept.code_system
    and other_parent.code = concept.parent_code
left join
    {{ ref("fsiii_severity") }} as severity
    on severity.legacy_code = crosswalk.legacy_code
    and kind.code_kind_code = 'severity'
