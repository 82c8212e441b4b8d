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
RELEASED = ("quality_card.html", "quality_card.json")
"""Page and data, as they are called in the municipality's extract."""


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


def read_card(folder: Path, municipality_code: str) -> dict[str, bytes]:
    """The files of the municipality's newest card, for its extract; none where it has no card.

    The page is made from the data, so that the two say the same, and without links: the guide does not go with an extract.

    Raises:
        ValueError: what lies in the municipality's folder is no card, or another municipality's.
    """
    path = folder / municipality_code / DATA
    if not path.exists():
        return {}
    data = path.read_bytes()
    try:
        card = msgspec.json.decode(data, type=Card)
    except msgspec.MsgspecError:
        raise ValueError(
            f"The card of municipality {municipality_code} can't be read. Remedy: make the cards again."
        ) from None
    if card.municipality_code != municipality_code:
        raise ValueError(
            f"In the folder of municipality {municipality_code} lies the card of another. Remedy: make the cards again."
        )
    return dict(zip(RELEASED, (page(card, guide=None), data), strict=True))
