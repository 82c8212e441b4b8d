-- One row per municipality (kommune) and region (region) it belongs to: from when, and to when.
select
    municipality_code,
    region_code,
    region_name,
    valid_from_on,
    valid_to_on,
    valid_from_on <= {{ copenhagen_today() }} and coalesce(valid_to_on > {{ copenhagen_today() }}, true) as is_current,
    source
from {{ ref("municipality_region") }}
