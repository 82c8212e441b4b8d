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
    ),

    -- Every concept that can stand above another, accepted here or not.
    above as (
        select
            'urn:oid:1.2.208.176.2.21' as code_system,
            fsiii_uuid as code,
            legacy_code,
            display,
            parent_uuid as parent_code
        from {{ ref("fsiii_crosswalk") }}
        union all
        select code_system, code, null as legacy_code, display, parent_code
        from {{ ref("fsiii_code") }}
        where code_system != 'urn:oid:1.2.208.176.2.21'
    )

select
    concept.code as fsiii_code,
    concept.code_system,
    crosswalk.legacy_code,
    concept.display,
    concept.parent_code,
    parent.display as parent_display,
    parent.legacy_code as parent_legacy_code,
    coalesce(catalogue.code, parent.code) as catalogue_code,
    coalesce(catalogue.display, parent.display) as catalogue_display,
    concat_ws(' > ', catalogue.display, parent.display, concept.display) as path_display,
    concept.level_number,
    kind.care_domain_code,
    kind.code_kind_code,
    severity.severity_level,
    grouped.code_group_code,
    code_group.code_group_display,
    code_group.service_group_code,
    grouped.certainty_code as code_group_certainty_code,
    concept.generation_code,
    -- "probably" counts as valid: a code is not struck off on a guess. generation_basis says how sure it is.
    concept.valid_after_transition in ('yes', 'probably') as is_valid_after_transition,
    concept.equivalence_confidence,
    concept.generation_basis
from {{ ref("fsiii_code") }} as concept
inner join kind on kind.code_system = concept.code_system and kind.code = concept.code
left join {{ ref("fsiii_crosswalk") }} as crosswalk on crosswalk.fsiii_uuid = concept.code
left join above as parent on parent.code_system = concept.code_system and parent.code = concept.parent_code
left join above as catalogue on catalogue.code_system = parent.code_system and catalogue.code = parent.parent_code
left join
    {{ ref("fsiii_severity") }} as severity
    on severity.legacy_code = crosswalk.legacy_code
    and kind.code_kind_code = 'severity'
left join {{ ref("fsiii_code_group") }} as grouped on grouped.fsiii_code = concept.code
left join {{ ref("code_group") }} as code_group on code_group.code_group_code = grouped.code_group_code
