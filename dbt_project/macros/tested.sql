{#
What a data test looks at. In a daily build: the rows that the build made anew, so that the tests cost what the day touches.
In any other: all rows. A test that fails keeps `int_loads__built` from being made: the days stay pending, and the next
build makes and tests them again.
#}
{# dbt asks this for the `model` of every data test. A `where` of the test's own holds alone (`where: "true"`: all rows, always). #}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get("where") or (touched_rows(relation) if execute) -%}
    {%- if where -%} {{ return("(select * from " ~ relation ~ " where " ~ where ~ ")") }}
    {%- else -%} {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}

{# A SQL condition: the rows that the days to test may have changed. None: all rows, as always of what doesn't grow with history. #}
{% macro touched_rows(relation) -%}
    {%- set name = relation.identifier -%}
    {%- set is_said = (
        name.endswith("__reports")
        or name in ("fct_submission", "fct_finding")
        or (name.startswith("stg_") and name != "stg_fsiii_code_form")
    ) -%}
    {%- set is_told = name.endswith("__versions") -%}
    {%- set is_fact = name.startswith("fct_") or name.startswith("bridge_") -%}
    {%- if not (is_said or is_told or is_fact) -%} {{ return(none) }} {%- endif -%}

    {%- set days = days_to_test() -%}
    {%- if days is none -%} {{ return(none) }}
    {%- elif not days -%} {{ return("false") }}
    {%- endif -%}
    {%- set received = "received_on in (date '" ~ days | join("', date '") ~ "')" -%}
    {%- if is_said -%} {{ return(received) }}
    {%- elif is_told -%}
        {#- Every version of the resources that were told anew. -#}
        {%- set resource = "(municipality_code, " ~ nouns()[name[4:-10]].id ~ ")" -%}
        {%- set reports = relation.schema ~ "." ~ name[:-10] ~ "__reports" -%}
        {{ return(resource ~ " in (select " ~ resource ~ " from " ~ reports ~ " where " ~ received ~ ")") }}
    {%- else -%}
        {#- A belief begins and ends at the receipt of a report: what those days changed began or ended since the first of them. -#}
        {%- set since = " >= date '" ~ days[0] ~ "' - 1" -%}
        {{ return("(known_from_at" ~ since ~ " or known_to_at" ~ since ~ ")") }}
    {%- endif -%}
{%- endmacro %}

{#
The received days, as text and in order, whose rows this build has to test. None: all rows are tested, because this is no daily
build (`dbt test`, `--full-refresh`), because history is made from raw, because a model, a seed or a test is another than at the
last build, or because it is a week since all rows were tested.
#}
{% macro days_to_test() -%}
    {#- The same all through a build, and for 222 of its tests: asked once, and kept in `graph`, one dictionary for all nodes.
        By the invocation, because a process may build more than once. -#}
    {%- set kept = "days to test by " ~ invocation_id -%}
    {%- if kept not in graph %} {% do graph.update({kept: found_days_to_test()}) %} {% endif -%}
    {{ return(graph[kept]) }}
{%- endmacro %}

{% macro found_days_to_test() -%}
    {%- set built = adapter.get_relation(
        database=target.database, schema="intermediate", identifier="int_loads__built"
    ) -%}
    {%- if flags.WHICH != "build" or flags.FULL_REFRESH or built is none -%} {{ return(none) }} {%- endif -%}
    {%- set query -%}
        select
            coalesce(
                bool_or(loaded.received_on is null or loaded.shrunk_load_number > built.load_number)
                or bool_or(built.project_fingerprint != '{{ project_fingerprint() }}')
                or max(built.all_tested_on) <= date '{{ run_started_at.date() }}' - 7,
                true
            ) as is_everything,
            string_agg(cast(loaded.received_on as varchar), ' ' order by loaded.received_on) filter (
                built.load_number is distinct from loaded.load_number
            ) as pending_days
        from {{ source("raw", "loads") }} as loaded
        full join
            (
                from {{ built }}
                -- The columns that a table made by an earlier release lacks.
                union all by name
                select cast(null as varchar) as project_fingerprint, cast(null as date) as all_tested_on
                where false
            ) as built
            on built.received_on = loaded.received_on
    {%- endset -%}
    {%- set found = run_query(query).rows[0] -%}
    {{ return(none if found[0] else (found[1] or "").split()) }}
{%- endmacro %}

{# SQL: the day on which all rows were last tested, this build included; null when this build leaves models or tests out. #}
{% macro all_tested_on() -%}
    {%- set is_pass_over_all = not execute or days_to_test() is none -%}
    {%- if is_pass_over_all and is_whole_build() -%} date '{{ run_started_at.date() }}'
    {%- elif not is_pass_over_all and is_whole_build(but=frozen_indicators()) -%}
        (select max(all_tested_on) from {{ this }})
    {%- else -%} cast(null as date)
    {%- endif -%}
{%- endmacro %}

{# What a daily build leaves out when it freezes nothing: its selectors, as orchestration/indicators/due.py gives them. #}
{% macro frozen_indicators() -%}
    {{ return(["indicators,access:protected", "indicators,resource_type:test"]) }}
{%- endmacro %}

{# Whether this build makes and tests everything, but for what these selectors leave out. #}
{% macro is_whole_build(but=[]) -%}
    {%- set chosen = invocation_args_dict.get("select") or [] -%}
    {%- set left_out = (invocation_args_dict.get("exclude") or []) | join(" ") -%}
    {%- set kinds = invocation_args_dict.get("exclude_resource_types") or [] -%}
    {{
        return(
            flags.WHICH == "build"
            and (chosen if chosen is string else chosen | join) in ("", "fqn:*")
            and not left_out.split() | reject("in", but) | list
            and not kinds | reject("equalto", "unit_test") | list
        )
    }}
{%- endmacro %}

{# What the tests depend on, as one hash: models, seeds, tests, and the macros by `history_version`. #}
{% macro project_fingerprint() -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set files = graph.nodes.values() | map(attribute="checksum.checksum") | sort -%}
    {{ return(local_md5(var("history_version") ~ files | join ~ (graph.nodes | sort | join))) }}
{%- endmacro %}
