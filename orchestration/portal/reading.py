"""One reading is the newest public release, verified, as `Figures`. Nothing else of the platform is looked at."""

import hashlib
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb

from orchestration.indicators.records import Text
from orchestration.portal.figures import SHOWN, Figure, Figures, Indicator, Municipality, Period, Source, by_indicator
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import MANIFEST, Manifest, is_withdrawn, read_manifest
from orchestration.publishing.verification import verify
from orchestration.warehouse import connect

RECIPIENT = "public"
IN_MEMORY = Path(":memory:")


class NoFigures(RuntimeError):
    """There is no public release to make pages from. Tells why and the remedy."""


class Withdrawn(NoFigures):
    """The newest public release was withdrawn: no figure of it may be shown."""


def public_release(releases_dir: Path) -> Path:
    """The folder of the newest public release, whole and signed.

    Raises NoFigures: there is none, or it is damaged; Withdrawn: it was withdrawn.
    """
    folder = latest(releases_dir, RECIPIENT)
    if folder is None:
        raise NoFigures("There is no public release. Remedy: materialise public_release, then the portal.")
    if is_withdrawn(folder):
        raise Withdrawn(
            f"The public release {folder.name} was withdrawn. Remedy: release mended figures, then the portal."
        )
    if faults := verify(folder):
        raise NoFigures(f"The public release {folder.name} is not whole: {'; '.join(fault.en for fault in faults)}.")
    return folder


def read_figures(folder: Path) -> Figures:
    """What a public release says: the newest vintage of every figure.

    Raises NoFigures: it lacks a table.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise NoFigures(f"{folder.name} has no readable {MANIFEST}.")
    with connect(IN_MEMORY) as connection:
        try:
            return _read(connection, folder, manifest)
        except duckdb.Error as error:
            raise NoFigures(f"{folder.name} can't be read as a public release ({type(error).__name__}).") from None


def _read(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> Figures:
    def rows(query: str, model: str) -> list[tuple]:  # type: ignore[type-arg]
        return connection.execute(query, [str(folder / f"{model}.parquet")]).fetchall()

    found = [Municipality(*row) for row in rows(MUNICIPALITIES, "dim_municipality")]
    municipalities = tuple(sorted(found, key=lambda municipality: alphabetical(municipality.name)))
    indicators = tuple(_indicator(row) for row in rows(INDICATORS, "dim_indicator"))
    groups: dict[str, list[str]] = defaultdict(list)
    sources = set()
    for code, member, source in rows(GROUPS, "dim_comparison_group"):
        groups[code].append(member)
        sources.add(source)
    told: dict[tuple[str, str, date, str], dict[str, Figure]] = defaultdict(dict)
    periods: dict[tuple[str, str], dict[date, Period]] = defaultdict(dict)
    for indicator, kind, start, end, band, area, *figure in rows(FIGURES, "ind_public_value"):
        told[(indicator, kind, start, band)][area] = _figure(figure)
        periods[(indicator, kind)][start] = Period(kind, start, end)
    data = (folder / MANIFEST).read_bytes()
    return Figures(
        source=Source(
            manifest.release_id,
            manifest.created_at,
            hashlib.sha256(data).hexdigest(),
            manifest.cut_off_on,
            frozenset(manifest.withheld_codes),
        ),
        municipalities=municipalities,
        indicators=indicators,
        groups={code: tuple(members) for code, members in groups.items()},
        is_own_list="KL" in sources,
        told=dict(told),
        periods={key: tuple(found[s] for s in sorted(found)[-SHOWN[key[1]] :]) for key, found in periods.items()},
        bands=by_indicator(told),
    )


def alphabetical(name: str) -> str:
    """The key of the Danish alphabet: æ, ø, å come last, and aa is å."""
    return name.casefold().replace("aa", "å").translate(str.maketrans("æøå", "{|}"))


def _indicator(row: tuple) -> Indicator:  # type: ignore[type-arg]
    (key, table, title_da, title_en, kind, native, direction, *texts), rest = row[:13], row[13:]
    question, definition, exclusions = (Text(texts[n], texts[n + 1]) for n in (0, 2, 4))
    return Indicator(
        key,
        table,
        Text(title_da, title_en),
        kind,
        native.removesuffix("_before"),
        direction,
        question,
        definition,
        exclusions,
        *rest,
    )


def _figure(row: list) -> Figure:  # type: ignore[type-arg]
    state, value, low, high, numerator, denominator, standardised, *limits = row[:11]
    is_flagged, reason_da, reason_en, vintage, cut_off = row[11:]
    reason = Text(reason_da, reason_en) if reason_da else None
    return Figure(
        state,
        value,
        low,
        high,
        numerator,
        denominator,
        standardised,
        tuple(limits),
        is_flagged,
        reason,
        vintage,
        cut_off,
    )


MUNICIPALITIES = """
select municipality_code, municipality_name, region_code, region_name, population_count, population_65plus_count,
    population_80plus_count, population_on
from read_parquet(?) order by municipality_code
"""
INDICATORS = """
select indicator_id, table_code, title_da, title_en, kind_code, period_kind_code, direction_code, question_da, question_en,
    definition_da, definition_en, coalesce(exclusions_da, ''), coalesce(exclusions_en, ''), min_denominator_count,
    min_numerator_count, flag_below, flag_above, flag_median_times, is_flagged_by_percentiles, is_withholding, is_personal,
    coalesce(resembles, ''), author, checker, next_review_on
from read_parquet(?) order by indicator_id
"""
GROUPS = "select municipality_code, member_code, source from read_parquet(?) order by municipality_code, rank_number"
FIGURES = """
select indicator_id, period_kind_code, period_start_on, period_end_on, age_band_code, area_code, state_code, value,
    interval_low, interval_high, numerator, denominator, standardised_value, funnel_low_95, funnel_high_95, funnel_low_998,
    funnel_high_998, is_flagged, break_reason_da, break_reason_en, vintage_number, cut_off_on
from read_parquet(?) where is_newest_vintage
"""
