-- One row per frozen cell of an indicator: a period at a cut-off, a municipality, an age, a sex. What is frozen stays.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        on_schema_change="fail",
        pre_hook="{{ without_snapshots() }}",
    )
}}
{%- set measures = [
    "ind_home_care_recipients",
    "ind_home_nursing_recipients",
    "ind_both_services",
    "ind_home_care_starts",
    "ind_rehabilitation_first",
    "ind_rehabilitation_independent",
    "ind_level_at_start",
    "ind_extensive_need",
    "ind_function_change",
    "ind_improvement_goals",
    "ind_goals_reached",
    "ind_follow_up_on_time",
    "ind_follow_up_results",
    "ind_conditions_per_citizen",
    "ind_pressure_ulcer",
    "ind_wound_duration",
    "ind_nutrition_problem",
    "ind_medication_support",
    "ind_remote_delivery",
    "ind_temporary_stays",
    "ind_days_with_data",
    "ind_timeliness",
    "ind_rejections",
    "ind_plausible_volume",
    "ind_no_follow_up",
    "ind_no_reason",
    "ind_unspecific",
    "ind_level_divergence",
    "ind_code_diversity",
    "ind_stale",
    "ind_transition",
    "int_indicator__shift_input",
] %}
{%- if freezes_something() %}
    {%- for measure in measures %}
        select * from {{ ref(measure) }} {{ "union all by name" if not loop.last }}
    {%- endfor %}
{%- else %} select * from {{ this }} where false
{%- endif %}
    -- depends_on: {{ ref('int_indicator__snapshot') }}
    -- depends_on: {{ ref('int_indicator__touched') }}
