{# What the indicators share: the version of a resource that counts, ages, and the columns of a cell. #}
{# The midnight in UTC with which the cut-off ends: Danish midnight after the fourteenth day of the next month. #}
{% macro cut_off_at(month_end) -%}
    (cast({{ month_end }} + 15 as timestamp) at time zone 'Europe/Copenhagen') at time zone 'UTC'
{%- endmacro %}

{# A SQL condition: a belief is the newest version of its resource by the cut-off of a month, as known at a vintage's. #}
{% macro stands_in(version="version", snapshot="snapshot") -%}
    {{ believed_in(version, snapshot) }}
    and not {{ version }}.is_entered_in_error
    and {{ version }}.valid_from_at < {{ snapshot }}.valid_at
    and coalesce({{ version }}.valid_to_at >= {{ snapshot }}.valid_at, true)
{%- endmacro %}

{# A SQL condition: a belief was held at a vintage's cut-off, about whatever time. #}
{% macro believed_in(version="version", snapshot="snapshot") -%}
    {{ version }}.known_from_at < {{ snapshot }}.known_at
    and coalesce({{ version }}.known_to_at >= {{ snapshot }}.known_at, true)
{%- endmacro %}

{# Whole years of age on a day, rounded down to five; 95 and above are one. #}
{% macro age_from(birth, day) -%}
    cast(least(floor(date_sub('year', {{ birth }}, {{ day }}) / 5) * 5, 95) as integer)
{%- endmacro %}

{# A SQL condition: an interval of days (its end may be open) has a day in common with another; one that ends before
it begins has none. #}
{% macro touches(start, end, from, to) -%}
    ({{ start }} <= {{ to }} and coalesce({{ end }} >= greatest({{ from }}, {{ start }}), true))
{%- endmacro %}

{#
The columns of a cell: what all indicators give. numerator, denominator: SQL aggregates; of a mean, its sum and its number.
age: SQL, rounded down to five years (the lowest age of a band where the population is what is divided by); null: not by age.
sex, squares, citizens, value, state: as in int_indicator__cell; value is of those that can't be added up.
#}
{% macro cell(
    indicator,
    numerator,
    denominator,
    age="null",
    sex="null",
    squares="null",
    citizens="null",
    value="null",
    state="null",
    alias="counted"
) -%}
    {{ indicator }} as indicator_id,
    {{ alias }}.snapshot_key,
    {{ alias }}.period_kind_code,
    {{ alias }}.period_start_on,
    {{ alias }}.period_end_on,
    {{ alias }}.municipality_code,
    cast({{ age }} as integer) as age_from,
    cast({{ sex }} as varchar) as sex_code,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ squares }} as double) as square_sum,
    cast({{ citizens }} as bigint) as citizen_count,
    cast({{ value }} as double) as own_value,
    cast({{ state }} as varchar) as own_state_code
{%- endmacro %}

{#
A count of persons over the inhabitants, cell by cell: every municipality has a row for every band, also where nobody counts.
counted: a relation with snapshot, period, municipality, age (any), counted. indicator, kind, from: id, kind of period, lowest age;
to: highest age band.
#}
{% macro over_population(counted, indicator, kind, from=0, to=80) -%}
    select
        {{
            cell(
                "'" ~ indicator ~ "'",
                "coalesce(people.counted, 0)",
                "population.inhabitants",
                age="population.age_from",
                alias="period",
            ) | replace("period.municipality_code", "population.municipality_code")
        }}
    from {{ ref("int_indicator__period") }} as period
    inner join
        {{ ref("int_indicator__population") }} as population on population.age_from between {{ from }} and {{ to }}
    left join
        (
            select
                snapshot_key,
                period_kind_code,
                period_start_on,
                municipality_code,
                case when age >= 80 then 80 when age >= 65 then 65 else 0 end as age_from,
                sum(counted) as counted
            from {{ counted }}
            group by all
        ) as people
        on people.snapshot_key = period.snapshot_key
        and people.period_kind_code = period.period_kind_code
        and people.period_start_on = period.period_start_on
        and people.municipality_code = population.municipality_code
        and people.age_from = population.age_from
    where period.period_kind_code = '{{ kind }}'
{%- endmacro %}

{# What earlier builds froze (`int_indicator__frozen`, made last), or none. #}
{% macro frozen_relation() -%}
    {{
        return(
            adapter.get_relation(database=this.database, schema="indicators", identifier="int_indicator__frozen")
            if execute and this is not none and not flags.FULL_REFRESH
            else none
        )
    }}
{%- endmacro %}

{# A pre-hook: what this build freezes anew is taken out first, in the transaction that puts it in. #}
{% macro without_snapshots() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where snapshot_key in (select snapshot_key from {{ ref("int_indicator__snapshot") }})
    {%- endif -%}
{%- endmacro %}

{# Whether this build freezes anything: on an ordinary day it does not, and what is kept is not planned for. #}
{% macro freezes_something() -%}
    {{
        return(
            not is_incremental() or run_query("select count(*) from " ~ ref("int_indicator__touched")).rows[0][0] > 0
        )
    }}
{%- endmacro %}
