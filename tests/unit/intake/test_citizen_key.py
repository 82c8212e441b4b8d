"""One test is one promise about the key that stands for a citizen: who may use which secret, and what a new one changes."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import rekeying
from orchestration.intake import raw_schema
from orchestration.intake.citizen_key import (
    CitizenKeyError,
    check_secret,
    check_unchanged,
    citizen_content_hash,
    citizen_key,
    rekey,
)
from orchestration.intake.senders import Organisation, Sender
from orchestration.settings import DEMO_SECRET, Settings
from orchestration.warehouse import connect

CPR = "2412360002"  # invented: fails modulus 11
OLD, NEW = "former-secret", "a-new-secret-of-more-than-32-characters"


def sender(*, is_test: bool) -> Sender:
    return Sender("0461-x", "X", is_test, (Organisation("999990461000001", "0461"),))


def test_the_demo_secret_is_for_test_senders_only() -> None:
    check_secret(DEMO_SECRET, [sender(is_test=True)])
    check_secret("x" * 32, [sender(is_test=False)])
    for secret in (DEMO_SECRET, "x" * 31):
        with pytest.raises(CitizenKeyError) as refused:
            check_secret(secret, [sender(is_test=True), sender(is_test=False)])
        assert secret not in str(refused.value)


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """Two reports of one citizen, one of the same person elsewhere, and what was reported with them, by the old secret."""
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as connection:
        raw_schema.create_tables(connection)
        for number, (code, is_deceased) in enumerate([("0461", False), ("0461", True), ("0751", None)]):
            key = citizen_key(OLD, code, CPR)
            said = citizen_content_hash(key, ["sor", None, is_deceased])
            connection.execute(
                "insert into raw.citizen (submission_id, received_on, municipality_code, citizen_key, cpr, sor_code, "
                "is_deceased, content_hash) values (?, date '2026-03-02', ?, ?, ?, 'sor', ?, ?)",
                [f"s{number}", code, key, CPR, is_deceased, said],
            )
            connection.execute(
                "insert into raw.condition (submission_id, received_on, municipality_code, citizen_key, resource_id) "
                "values (?, ?, ?, ?, ?)",
                [f"s{number}", date(2026, 3, 2 + number), code, key, "masked-abc" if number == 2 else "c"],
            )
    return path


def keys(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return connection.execute(f"select submission_id, citizen_key from raw.{table} order by 1").fetchall()


def test_a_new_secret_changes_every_key_and_nothing_else(loaded: Path) -> None:
    with connect(loaded) as connection:
        before = connection.execute("select * exclude (citizen_key) from raw.condition order by all").fetchall()
        done = rekey(connection, NEW)
        wanted = [(f"s{n}", citizen_key(NEW, code, CPR)) for n, code in enumerate(("0461", "0461", "0751"))]
        assert keys(connection, "citizen") == keys(connection, "condition") == wanted
        assert connection.execute("select * exclude (citizen_key) from raw.condition order by all").fetchall() == before
        hashes = connection.execute("select content_hash from raw.citizen order by submission_id").fetchall()
        # The next report with this content, keyed by the new secret, is a repetition and no new version.
        assert hashes[1] == (citizen_content_hash(wanted[1][1], ["sor", None, True]),)
        assert len(set(hashes)) == 3
        assert (done.citizens, done.days) == (2, (date(2026, 3, 4),)), "the day with a masked text is to be run again"
        check_unchanged(connection, NEW)


def test_a_load_with_another_secret_is_refused(loaded: Path) -> None:
    with connect(loaded) as connection:
        check_unchanged(connection, OLD)
        with pytest.raises(CitizenKeyError, match="klgateway rekey"):
            check_unchanged(connection, NEW)


def test_a_rekeying_that_fails_changes_nothing(loaded: Path) -> None:
    with connect(loaded) as connection:
        before = keys(connection, "citizen")
        connection.execute("drop table raw.goal")
        with pytest.raises(CitizenKeyError, match="Nothing was changed"):
            rekey(connection, NEW)
        assert keys(connection, "citizen") == before


def test_the_command_says_what_to_run_next(
    loaded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    senders = Path(rekeying.__file__).parent / "intake" / "senders.yml"
    monkeypatch.setattr(rekeying, "settings", lambda: Settings(loaded.parent, NEW, 5, None, senders, {}))
    assert rekeying.rekey_warehouse() == 0
    assert "2 citizens have a new key" in (said := capsys.readouterr().out) and "2026-03-04" in said
    assert rekeying.rekey_warehouse() == 0, "run again, it changes nothing"


def test_loads_of_rekeyed_days_ask_for_a_rebuild(loaded: Path) -> None:
    with connect(loaded) as connection:
        connection.execute(
            "create or replace table raw.loads (received_on date, load_number bigint, shrunk_load_number bigint)"
        )
        connection.execute("insert into raw.loads values ('2026-03-02', 4, 0), ('2026-03-03', 7, 2)")
        rekey(connection, NEW)
        assert connection.execute("select load_number, shrunk_load_number from raw.loads").fetchall() == [
            (8, 8),
            (8, 8),
        ]
