-- One row per cell of A11, A12 and A13: conditions whose level was told again 90 to 270 days later: lower, or higher.
{{ config(materialized="view") }}
with
    told as (
        select
            condition.snapshot_key,
            condition.municipality_code,
            condition.condition_id,
            condition.citizen_key,
            condition.area_code,
            condition.birth_on,
            condition.sex_code,
            min(level.assessed_on) as first_on,
            arg_min(level.severity_level, level.assessed_on) as first_level
        from {{ ref("int_indicator__condition") }} as condition
        inner join
            {{ ref("int_indicator__level") }} as level
            on level.snapshot_key = condition.snapshot_key
            and level.municipality_code = condition.municipality_code
            and level.condition_id = condition.condition_id
            and not level.is_confirmation
        where condition.area_code in ('J1', 'J2')
        group by all
    ),

    again as (
        select
            told.*,
            max(level.assessed_on) as last_on,
            arg_max(level.severity_level, (level.assessed_on, not level.is_confirmation)) as last_level
        from told
        inner join
            {{ ref("int_indicator__level") }} as level
            on level.snapshot_key = told.snapshot_key
            and level.municipality_code = told.municipality_code
            and level.condition_id = told.condition_id
            and level.assessed_on between told.first_on + 90 and told.first_on + 270
        group by all
    ),

    judged as (
        select period.*, again.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join
            again
            on again.snapshot_key = period.snapshot_key
            and again.last_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'rolling_12'
    )

{%- for indicator, area, change, among in [
        ("A11", "J1", "last_level < counted.first_level", "first_level >= 1"),
        ("A12", "J1", "last_level > counted.first_level", "first_level <= 3"),
        ("A13", "J2", "last_level > counted.first_level", "first_level <= 3"),
    ] %}
        {{ "union all by name" if not loop.first }}
    select
        {{
            cell(
                "'" ~ indicator ~ "'",
                "count(*) filter (counted." ~ change ~ ")",
                "count(*)",
                age=age_from("counted.birth_on", "counted.last_on"),
                sex="counted.sex_code",
                citizens="count(distinct counted.citizen_key)",
            )
        }}
    from judged as counted
    where counted.area_code = '{{ area }}' and counted.{{ among }}
    group by all
{%- endfor %}
