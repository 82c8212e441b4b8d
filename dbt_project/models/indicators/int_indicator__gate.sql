-- One row per snapshot of this build, municipality and month up to its own: whether reports came, and whether the month
-- is withheld, as the cut-off knew it.
with
    judged as (
        select
            cell.snapshot_key,
            cell.period_start_on,
            cell.municipality_code,
            cell.indicator_id,
            coalesce(cell.own_value, cell.numerator / nullif(cell.denominator, 0)) as value
        from
            (
                select *
                from {{ ref("int_indicator__cell") }}
                union all by name
                select *
                from {{ ref("ind_level_shift") }}
            ) as cell
        where cell.period_kind_code = 'month'
    ),

    known as (
        select touched.snapshot_key, judged.* exclude (snapshot_key)
        from {{ ref("int_indicator__touched") }} as touched
        inner join
            judged
            on judged.period_start_on between touched.month_end_on - interval 16 month and touched.month_end_on
            and split_part(judged.snapshot_key, '/', 2) <= split_part(touched.snapshot_key, '/', 2)
        inner join
            {{ ref("indicator") }} as indicator
            on indicator.indicator_id = judged.indicator_id
            and indicator.is_withholding
        qualify
            rank() over (
                partition by touched.snapshot_key, judged.indicator_id, judged.municipality_code, judged.period_start_on
                order by judged.snapshot_key desc
            )
            = 1
    )

select
    known.snapshot_key,
    known.municipality_code,
    known.period_start_on as month_start_on,
    bool_or(known.indicator_id = 'D01' and known.value > 0) as has_reports,
    bool_or(
        coalesce(known.value < indicator.flag_below, false) or coalesce(known.value > indicator.flag_above, false)
    ) as is_withheld,
    string_agg(known.indicator_id, ', ' order by known.indicator_id) filter (
        known.value < indicator.flag_below or known.value > indicator.flag_above
    ) as withheld_by
from known
inner join {{ ref("indicator") }} as indicator on indicator.indicator_id = known.indicator_id
group by all
