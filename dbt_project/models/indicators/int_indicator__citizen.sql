-- One row per snapshot and citizen (borger) who counts: not reported by mistake, no test person.
with
    said as (
        select
            snapshot.snapshot_key,
            version.citizen_key,
            any_value(version.municipality_code) as municipality_code,
            arg_max(version.is_entered_in_error, (version.valid_from_at, version.receipt_sequence)) as is_mistake,
            arg_max(version.is_deceased, (version.valid_from_at, version.receipt_sequence)) filter (
                version.is_deceased is not null and not version.is_entered_in_error
            ) as is_deceased,
            min({{ copenhagen_date("version.valid_from_at") }}) filter (
                version.is_deceased and not version.is_entered_in_error
            ) as death_reported_on
        from {{ ref("int_indicator__touched") }} as snapshot
        inner join
            {{ ref("int_citizen__versions") }} as version
            on {{ believed_in() }}
            and version.valid_from_at < snapshot.valid_at
        group by snapshot.snapshot_key, version.citizen_key
    )

select
    said.snapshot_key,
    said.citizen_key,
    said.municipality_code,
    citizen.birth_on,
    citizen.sex_code,
    if(said.is_deceased, said.death_reported_on, null) as died_on
from said
inner join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = said.citizen_key
anti join {{ ref("int_citizen__test") }} as test on test.citizen_key = said.citizen_key
where not said.is_mistake
