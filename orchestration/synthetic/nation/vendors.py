"""One `Mix` is which vendors' systems the municipalities use, from when in which style; `vendors.yml` or a file like it."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.synthetic.style import STYLES, Style


class Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share`: weight among the vendors. `styles`: date from which → name of a style."""

    name: str
    title: str
    share: float
    styles: dict[date, str]
    catch_up: Literal["oldest_first", "newest_first"]

    def style(self, on: date) -> Style:
        """How the vendor's system writes on a day; the first style before its date too."""
        dates = sorted(self.styles)
        return STYLES[self.styles[max((d for d in dates if d <= on), default=dates[0])]]


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share` of the municipalities change vendor; a share `of` the levels is off by `level_shift` after it."""

    share: float
    level_shift: int
    of: float


class Mix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vendors, and how many municipalities change from one to another."""

    vendors: tuple[Vendor, ...]
    switch: Switch


def load_mix(path: Path | None) -> Mix:
    """Read a mix; the shipped one for None.

    Raises:
        OSError: it can't be read.
        ValueError: it is not as described; one line.
    """
    path = path or Path(__file__).with_name("vendors.yml")
    try:
        mix = msgspec.yaml.decode(path.read_bytes(), type=Mix)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError("not a vendor mix: " + " ".join(str(error).split())) from None
    if not mix.vendors or len({vendor.name for vendor in mix.vendors}) < len(mix.vendors):
        raise ValueError("not a vendor mix: at least one vendor is needed, each with a name of its own")
    for vendor in mix.vendors:
        if vendor.share <= 0 or not vendor.styles or not set(vendor.styles.values()) <= STYLES.keys():
            raise ValueError(f"vendor {vendor.name}: share must be above 0, and styles one of {', '.join(STYLES)}")
    if not 0 <= mix.switch.share <= 1 or not 0 <= mix.switch.of <= 1 or not -2 <= mix.switch.level_shift <= 2:
        raise ValueError("switch: share and of are 0 to 1, level_shift is -2 to 2")
    return mix
