-- One row per finding: a resource that stands, of a citizen who should never have been reported (error.wrong-cpr).
{%- for noun in nouns_of_care() %}
    select {{ finding("error.wrong-cpr", noun, nouns()[noun].type) }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    semi join
        (select citizen_key from {{ ref("dim_citizen") }} where is_reported_by_mistake) as mistaken using (citizen_key)
    where version.is_current {{ "union all" if not loop.last }}
{%- endfor %}
