-- One row per cell of D09: how far the functional levels of a municipality lie from those of all others (a), and how
{{ config(materialized="view") }}
-- often the commonest level is used (b), on the last day of the quarter.
with
    condition as (
        select
            period.*,
            condition.municipality_code,
            condition.citizen_key,
            condition.code_group_code,
            condition.severity_level,
            condition.sex_code || case
                when date_sub('year', condition.birth_on, period.period_end_on) >= 80
                then '80'
                when date_sub('year', condition.birth_on, period.period_end_on) >= 65
                then '65'
                else '0'
            end as mix
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = period.snapshot_key
            and condition.severity_level between 0 and 4
            and {{
                touches(
                    "condition.recorded_on",
                    "condition.active_to_on",
                    "period.period_end_on",
                    "period.period_end_on",
                )
            }}
        where period.period_kind_code = 'quarter'
    ),

    level as (select unnest(range(5)) as severity_level),

    counted_here as (
        select snapshot_key, municipality_code, code_group_code, mix, severity_level, count(*) as here
        from condition
        group by all
    ),

    counted_all as (
        select snapshot_key, code_group_code, mix, severity_level, sum(here) as everywhere
        from counted_here
        group by all
    ),

    -- Per age and sex: the shares of the levels here and elsewhere, and the weight of the stratum in the whole country.
    stratum as (
        select
            place.snapshot_key,
            place.municipality_code,
            place.code_group_code,
            place.mix,
            level.severity_level,
            place.here,
            coalesce(own.here, 0) / place.here as own_share,
            (coalesce(total.everywhere, 0) - coalesce(own.here, 0)) / (country.everywhere - place.here) as other_share,
            country.everywhere as weight
        from
            (
                select snapshot_key, municipality_code, code_group_code, mix, sum(here) as here
                from counted_here
                group by all
            ) as place
        inner join
            (
                select snapshot_key, code_group_code, mix, sum(everywhere) as everywhere from counted_all group by all
            ) as country using (snapshot_key, code_group_code, mix)
        cross join level
        left join counted_here as own using (snapshot_key, municipality_code, code_group_code, mix, severity_level)
        left join counted_all as total using (snapshot_key, code_group_code, mix, severity_level)
        -- A stratum that nobody else has can't be compared.
        where country.everywhere > place.here
    ),

    distribution as (
        select
            snapshot_key,
            municipality_code,
            code_group_code,
            severity_level,
            sum(here) as here,
            sum(own_share * weight) / sum(weight) as p,
            sum(other_share * weight) / sum(weight) as q
        from stratum
        group by all
    ),

    divergence as (
        select
            snapshot_key,
            municipality_code,
            code_group_code,
            max(here) as here,
            sum(if(p > 0, p * log2(2 * p / (p + q)), 0) / 2 + if(q > 0, q * log2(2 * q / (p + q)), 0) / 2) as divergence
        from distribution
        group by all
    ),

    place as (
        select
            period_kind_code,
            period_start_on,
            period_end_on,
            snapshot_key,
            municipality_code,
            count(*) as conditions,
            count(distinct citizen_key) as citizens
        from condition
        group by all
    ),

    modal as (
        select snapshot_key, municipality_code, sum(most) as most
        from
            (
                select snapshot_key, municipality_code, code_group_code, max(here) as most
                from
                    (
                        select snapshot_key, municipality_code, code_group_code, severity_level, sum(here) as here
                        from counted_here
                        group by all
                    )
                group by all
            )
        group by all
    )

select
    {{
        cell(
            "'D09a'",
            "null",
            "any_value(counted.conditions)",
            citizens="any_value(counted.citizens)",
            value="sum(divergence.divergence * divergence.here) / sum(divergence.here)",
        )
    }}
from place as counted
inner join
    divergence
    on divergence.snapshot_key = counted.snapshot_key
    and divergence.municipality_code = counted.municipality_code
group by all
union all by name
select {{ cell("'D09b'", "modal.most", "counted.conditions", citizens="counted.citizens") }}
from place as counted
inner join modal on modal.snapshot_key = counted.snapshot_key and modal.municipality_code = counted.municipality_code
