"""One folder is one municipality: `index.html` for people, `card.json` for their systems; each file whole or the former one."""

from datetime import date
from pathlib import Path

import duckdb
import msgspec

from orchestration.cards.page import page
from orchestration.cards.reading import cards
from orchestration.cards.records import Card
from orchestration.durable import write_whole

PAGE, DATA = "index.html", "card.json"


def write_cards(connection: duckdb.DuckDBPyConnection, day: date, folder: Path) -> list[Card]:
    """Write the card of every municipality that reports, over the former one; and return them.

    Raises:
        OSError: the folder can't be written.
    """
    made = cards(connection, day)
    for card in made:
        home = folder / card.municipality_code
        write_whole(home / DATA, msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
        write_whole(home / PAGE, page(card))
    return made
