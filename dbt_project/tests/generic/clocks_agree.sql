{# One failing row is a version whose time runs backwards on either clock, or whose withdrawal is half told. #}
{% test clocks_agree(model, valid, known, withdrawn=none) %}
    select 1 as failure
    from {{ model }}
    where
        {{ valid[1] }} < {{ valid[0] }} or {{ known[1] }} < {{ known[0] }}
        {% if withdrawn %} or ({{ withdrawn[0] }} is null) != ({{ withdrawn[1] }} is null) {% endif %}
{% endtest %}
