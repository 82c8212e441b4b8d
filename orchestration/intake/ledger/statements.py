"""One text is one SQL statement of the ledger's index; those that take many rows take them as one JSON text."""

SCHEMA = """
create table if not exists reports (
    report_id text primary key,
    owner text,
    owner_sha256 text,
    owner_sender text,
    file_day text,
    last_submission text
) without rowid;
create table if not exists entries (
    number integer primary key,
    submission_id text not null,
    report_id text not null,
    sender_id text not null,
    municipality_code text,
    received_at integer not null,
    content_sha256 text not null,
    state text not null,
    errors integer not null,
    warnings integer not null,
    day text not null,
    segment integer not null,
    offset integer not null
);
create index if not exists reports_of_file_day on reports (file_day) where file_day is not null;
create unique index if not exists entries_by_submission on entries (submission_id);
create index if not exists entries_of_municipality on entries (municipality_code, number);
create table if not exists tail (day text not null, segment integer not null, offset integer not null);
"""

OWNERS = """
select report_id, owner, owner_sha256, owner_sender, file_day from reports
where report_id in (select value from json_each(?)) and owner is not null
"""
ADD_ENTRIES = f"""
insert into entries (submission_id, report_id, sender_id, municipality_code, received_at, content_sha256, state, errors, warnings,
    day, segment, offset)
select {", ".join(f"value ->> {n}" for n in range(12))} from json_each(?)
"""
ADD_USED = """
insert into reports (report_id, owner, owner_sha256, owner_sender)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true
on conflict (report_id) do update set owner = excluded.owner, owner_sha256 = excluded.owner_sha256,
    owner_sender = excluded.owner_sender, file_day = null
"""
ADD_LAST = """
insert into reports (report_id, last_submission) select value ->> 0, value ->> 1 from json_each(?) where true
on conflict (report_id) do update set last_submission = excluded.last_submission
"""
