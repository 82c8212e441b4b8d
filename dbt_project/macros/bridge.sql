{#
One row per link that a version of a resource states, kept also when it points at nothing (then marked).

versions   int_<noun>__versions of the resource that states the link
from_id    its id column
links      SQL: the list of ids it points at
target     the noun it points at; to_id: that noun's id column
stated_by  the FHIR element that states the link

The state of the target is the one known now, whatever version of the link is looked at.
#}
{% macro bridge(versions, from_id, links, target, to_id, stated_by) %}
    select
        version.municipality_code,
        version.citizen_key,
        version.{{ from_id }},
        version.target_id as {{ to_id }},
        '{{ stated_by }}' as stated_by_code,
        version.valid_from_at,
        version.valid_to_at,
        version.known_from_at,
        version.known_to_at,
        version.is_current,
        version.is_entered_in_error,
        case
            when target.is_entered_in_error
            then 'withdrawn'
            when target.{{ to_id }} is null
            then 'never_reported'
            else 'present'
        end as target_state_code,
        target.is_entered_in_error is distinct from false as is_dangling,
        target.known_from_at as target_known_from_at,
        version.submission_id,
        version.received_at
    -- Unnested in the select, which streams; as a join it costs sixty times as much.
    from (select *, unnest({{ links }}) as target_id from {{ versions }} as version) as version
    left join
        {{ ref("int_" ~ target ~ "__versions") }} as target
        on target.municipality_code = version.municipality_code
        and target.{{ to_id }} = version.target_id
        and target.is_newest
        and target.known_to_at is null
{% endmacro %}
