-- One row per municipality (kommune): its region today, and its population on the date stated.
{{ config(materialized="table") }}
select
    municipality.municipality_code,
    municipality.municipality_name,
    region.region_code,
    region.region_name,
    municipality.population_count,
    municipality.population_65plus_count,
    municipality.population_80plus_count,
    municipality.population_on,
    municipality.population_source
from {{ ref("municipality") }} as municipality
left join
    {{ ref("dim_municipality_region") }} as region
    on region.municipality_code = municipality.municipality_code
    and region.is_current
