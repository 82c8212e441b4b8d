"""One template is a few lines of the source of a row function; `source` puts them together for a profile.

Names in the source: `r` the struct, `n` its number in the report, `v1` a value as sent, `k1` what the kind's name says of
it, `s1` what the content hash takes of it, `l1 m1 z1 g1` label, remarks, bytes and hash of a large element, `h1` the hashes
of the elements between two large ones, `c1` a column of an element, `t1` the numbers and `i1` the ids of the entries that a
reference means, `on1 at1 p1 end1` a date as read.
"""

START = """
def row(plan, r, n, name, refs, names, ids, patient, citizen, stamp, bundle, large, judge, contents, recall, referred, across):
    at, has, on, size = stamp, False, None, 0
    if (u := r.meta.lastUpdated) is not UNSET:
        has = True
        size = len(u) + 17  # ,"lastUpdated":""
        try:
            on, at = HOURS[u[HOUR] + u[ZONE]]
            at += MINUTES[u[REST]]
        except KeyError:
            on, at, _, _ = when(u)
            if at is None: raise Unsure
    {large} = large
"""
LARGE = """
    key = bytes({1})
    z{0}, l{0}, m{0}, g{0}, {2} = large_{0}.get(key) or judge(plan, {0}, key)
"""
CONTENT = """
    key = join((plan.key, {key}))
    kind, z, remarks, {found} = contents.get(key) or recall(plan, key)
"""
REMARKS = "    if m{0}: remarks = m{0} + remarks"
ACROSS = "    across.append((kind, t{0}))"
END = """
    text = f"{values}"
    size += {sizes} + len(text)
    digest = sha256({hashes} + text.encode()).hexdigest()[:32]
    return (bundle, stamp, n, name, at, has, ids[patient], digest, {columns},), kind, remarks, on, size
"""


DATES = {"date": "at{0} is not None", "dateTime": "False", "instant": "at{0} is None"}
WHEN = """
    if v{0} is UNSET:
        k{0} = b""
        s{0} = ""
        on{0} = at{0} = p{0} = end{0} = None
    else:
        k{0} = b"1"
        s{0} = v{0} + "\\0"
        if len(v{0}) == 10:
            on{0}, at{0}, p{0}, end{0} = DAYS.get(v{0}) or when(v{0})
        else:
            try:
                on{0}, at{0} = HOURS[v{0}[HOUR] + v{0}[ZONE]]
                at{0} += MINUTES[v{0}[REST]]
                p{0} = "time"
                end{0} = at{0}
            except KeyError:
                on{0}, at{0}, p{0}, end{0} = when(v{0})
        if {1}: raise Unsure
"""
REFERENCES = """
    t{0} = []
    i{0} = []
    if v{0} is UNSET:
        k{0} = b""
        s{0} = ""
    else:
        k{0} = COUNT[len(v{0})]
        s{0} = ""
        for x in v{0}:
            x = x.reference
            s{0} += x + "\\0"
            t = refs[x]
            if names[t] not in targets_{0}: raise Unsure
            referred.add(t)
            t{0}.append(t)
            i{0}.append(ids[t])
"""
JUDGES = {
    "when": WHEN,
    "text": """
    if v{0} is UNSET:
        k{0} = b""
        s{0} = ""
    else:
        if matches_{0}(v{0}) is None: raise Unsure
        k{0} = b"1"
        s{0} = v{0} + "\\0"
""",
    "subject": """
    v{0} = v{0}.reference
    if v{0} != citizen and refs[v{0}] != patient: raise Unsure
    s{0} = v{0} + "\\0"
""",
    "reference": "    v{0} = UNSET if v{0} is UNSET else [v{0}]" + REFERENCES,
    "references": REFERENCES,
    "extension": REFERENCES.replace("x.reference", "x.valueReference.reference"),
}
