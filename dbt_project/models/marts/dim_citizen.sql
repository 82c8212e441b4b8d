-- One row per citizen (borger) of a municipality: the same person in two municipalities is two rows.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key="citizen_key",
        on_schema_change="fail",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{%- set adds = adds_to_history() %}
with
    {%- if adds %}
        heard as (
            select citizen_key, municipality_code, patient_id
            from {{ ref("stg_citizen") }}
            where {{ is_pending("received_on") }}
        ),

        -- A Patient id that was used for two citizens changes what is known of both.
        touched as (
            select citizen_key
            from heard
            union
            select report.citizen_key
            from {{ ref("int_citizen__reports") }} as report
            semi join heard using (municipality_code, patient_id)
        ),
    {%- endif %}

    reported as (
        select
            citizen_key,
            -- What holds now is what the newest Patient says, by the order of the history rules.
            arg_max(
                struct_pack(municipality_code, sor_code, patient_id, is_active, submission_id, received_at),
                (last_updated_at, receipt_sequence, bundle_id, entry_index)
            ) as newest
        from {{ ref("int_citizen__reports") }}
        {%- if adds %} semi join touched using (citizen_key) {%- endif %}
        group by citizen_key
    ),

    activity as (
        select citizen_key, min(received_on) as first_reported_on, max(received_on) as last_reported_on
        from {{ ref("stg_citizen") }}
        {%- if adds %} where {{ is_pending("received_on") }} {%- endif %}
        group by citizen_key
    ),

    death as (
        -- A report may leave out whether the citizen is dead; the newest one that says so counts, unless it was
        -- withdrawn.
        select
            citizen_key,
            arg_max(is_deceased, (valid_from_at, receipt_sequence, bundle_id, entry_index)) as is_deceased,
            min(received_on) filter (is_deceased) as deceased_first_reported_on
        from {{ ref("int_citizen__versions") }}
        where is_deceased is not null and not is_entered_in_error and known_to_at is null
        group by citizen_key
    )

select
    reported.citizen_key,
    reported.newest.municipality_code as municipality_code,
    reported.newest.sor_code as sor_code,
    reported.newest.patient_id as patient_id,
    identity.birth_on,
    identity.sex_code,
    coalesce(death.is_deceased, false) as is_deceased,
    if(death.is_deceased, death.deceased_first_reported_on, null) as deceased_first_reported_on,
    coalesce(not reported.newest.is_active, false) as is_reported_by_mistake,
    {%- if adds %}
        least(activity.first_reported_on, before.first_reported_on) as first_reported_on,
        greatest(activity.last_reported_on, before.last_reported_on) as last_reported_on,
    {%- else %} activity.first_reported_on, activity.last_reported_on,
    {%- endif %}
    reported.newest.submission_id as submission_id,
    reported.newest.received_at as received_at
from reported
inner join {{ ref("int_citizen__identity") }} as identity on identity.citizen_key = reported.citizen_key
left join activity on activity.citizen_key = reported.citizen_key
left join death on death.citizen_key = reported.citizen_key
{%- if adds %} left join {{ this }} as before on before.citizen_key = reported.citizen_key {%- endif %}
