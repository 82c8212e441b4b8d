-- One row per month and cut-off that this build has to look at: what earlier builds did not freeze, or not from these
-- loads.
select cut_off.*
from {{ ref("int_indicator__cut_off") }} as cut_off {%- set frozen = frozen_relation() %}
{%- if frozen is not none %} anti join {{ frozen }} as frozen using (snapshot_key, fingerprint) {%- endif %}
