-- One row per municipality (kommune) and age band with its inhabitants: 0 (to 64), 65 (to 79), 80 (and above).
{{ config(materialized="view") }}
select
    municipality_code,
    band.age_from,
    case
        band.age_from
        when 80
        then population_80plus_count
        when 65
        then population_65plus_count - population_80plus_count
        else population_count - population_65plus_count
    end as inhabitants
from {{ ref("municipality") }}
cross join (select unnest([0, 65, 80]) as age_from) as band
