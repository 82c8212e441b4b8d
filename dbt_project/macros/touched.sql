{#
What a build has to look at. `raw.loads` says which load of a received day lies in raw, `int_loads__built` which load of it
the tables of history hold. A build that adds reads the days that differ (the pending days) and the resources that those days
touch; everything else stays as it is.
#}
{# True when this build adds to a table that is there; false when it makes the table from everything. #}
{% macro adds_to_history() -%}
    {#- What must_rebuild reads, named for dbt when it parses. In a unit test there is no `this`. -#}
    {%- if not execute -%} {%- set read = [ref("stg_fsiii_code_form"), source("raw", "loads")] -%} {%- endif -%}
    {{ return(this is not none and is_incremental() and not must_rebuild()) }}
{%- endmacro %}

{#
True when what is there can't be added to: rows of a day already built were taken away or changed, the code lists are
others, or the models are (var `history_version`). Then `empty_before_rebuild` clears the table first.
#}
{% macro must_rebuild() -%}
    {%- set built = adapter.get_relation(
        database=target.database, schema="intermediate", identifier="int_loads__built"
    ) -%}
    {%- if built is none -%} {{ return(true) }} {%- endif -%}
    {%- set query -%}
        select count(*) from {{ source("raw", "loads") }} as loaded
        full join {{ built }} as built on built.received_on = loaded.received_on
        where
            (built.received_on is not null and loaded.received_on is null)
            or loaded.shrunk_load_number > built.load_number
            or built.history_fingerprint != ({{ history_fingerprint() }})
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] > 0) }}
{%- endmacro %}

{# A pre-hook: the table emptied, in the transaction that fills it again. #}
{% macro empty_before_rebuild() -%}
    {%- if is_incremental() and must_rebuild() -%} delete from {{ this }} {%- endif -%}
{%- endmacro %}

{# What the tables of history depend on besides raw: one hash. #}
{% macro history_fingerprint() -%}
    select
        md5(
            '{{ var("history_version") }}'
            || coalesce(string_agg(reported_code || '=' || fsiii_code, ',' order by reported_code, fsiii_code), '')
        )
    from {{ ref("stg_fsiii_code_form") }}
{%- endmacro %}

{# The pending days, as text. None before the tables of history are there. #}
{% macro pending_days() -%}
    {%- set built = adapter.get_relation(
        database=target.database, schema="intermediate", identifier="int_loads__built"
    ) -%}
    {%- set query -%}
        select cast(loaded.received_on as varchar) from {{ source("raw", "loads") }} as loaded
        left join {{ built }} as built on built.received_on = loaded.received_on
        where built.load_number is distinct from loaded.load_number
        order by 1
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()) }}
{%- endmacro %}

{# A SQL condition: the row was received on a pending day. Days as literals, so that only their part of the table is read. #}
{% macro is_pending(received_on) -%}
    {%- set days = pending_days() -%}
    {%- if days -%} {{ received_on }} in (date '{{ days | join("', date '") }}')
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}
