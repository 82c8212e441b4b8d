-- One row per municipality (kommune): its region and population on the date stated.
{{ config(materialized="table") }}
select
    municipality_code,
    municipality_name,
    region_code,
    region_name,
    population_count,
    population_65plus_count,
    population_80plus_count,
    population_on
from {{ ref("municipality") }}
