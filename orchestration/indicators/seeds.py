"""One run writes the seeds that are made from records: `indicator.csv` and `comparison_group.csv` in the dbt project.

    python -m orchestration.indicators.seeds

The comparison groups stay as they are while `comparison_group.csv` says `KL` in its column source: then the list is KL's own.
"""

import csv
import io
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, pstdev

from orchestration.indicators.records import PER, Indicator, load_indicators
from orchestration.settings import settings

NEAREST = 10
METHOD = "nearest 10 by size and age"
INDICATOR = (
    "indicator_id", "table_code", "title_da", "title_en", "kind_code", "per_number", "period_kind_code", "direction_code",
    "is_personal", "min_denominator_count", "min_numerator_count", "min_citizen_count", "flag_below", "flag_above",
    "flag_median_times", "is_flagged_by_percentiles", "is_withholding", "series_from_on", "question_da", "question_en",
    "definition_da", "definition_en", "exclusions_da", "exclusions_en", "resembles", "resembles_code", "author", "checker",
    "next_review_on",
)  # fmt: skip


def indicator_csv(records: list[Indicator]) -> str:
    """One line per part of an indicator."""
    rows = []
    for record in records:
        for part in record.parts:
            name, flag, least = record.name(part), part.flag, record.minimum
            rows.append(
                (
                    part.id, record.table, name.da, name.en, part.kind, PER.get(part.kind, 1), record.period, record.direction,
                    record.protects == "persons", least.denominator, least.numerator, least.citizens, flag.below, flag.above,
                    flag.times_median, flag.percentiles, part.withholds, record.series_from_on,
                    record.question.da, record.question.en, part.definition.da, part.definition.en, record.exclusions.da,
                    record.exclusions.en, record.resembles.what, record.resembles.seen, record.author, record.checker,
                    record.next_review_on,
                )
            )  # fmt: skip
    return _csv(INDICATOR, rows)


def comparison_csv(municipalities: list[dict[str, str]]) -> str:
    """One line per municipality and each of the ten most like it.

    Distance: Euclid's over three standardised measures: log of the population, share aged 65-79, share aged 80 and above.
    Ties by code.
    """
    codes = [row["municipality_code"] for row in municipalities]
    measures = [
        (
            math.log(total := int(row["population_count"])),
            (int(row["population_65plus_count"]) - int(row["population_80plus_count"])) / total,
            int(row["population_80plus_count"]) / total,
        )
        for row in municipalities
    ]
    scales = [(fmean(column), pstdev(column)) for column in zip(*measures, strict=True)]
    points = {
        code: tuple((value - mean) / deviation for value, (mean, deviation) in zip(measure, scales, strict=True))
        for code, measure in zip(codes, measures, strict=True)
    }
    rows = []
    for code in codes:
        others = sorted((math.dist(points[code], points[other]), other) for other in codes if other != code)
        for rank, (distance, other) in enumerate(others[:NEAREST], 1):
            rows.append((code, other, rank, f"{distance:.4f}", METHOD))
    return _csv(("municipality_code", "member_code", "rank_number", "distance", "source"), rows)


def _csv(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([str(v).lower() if isinstance(v, bool) else v for v in row] for row in rows)
    return out.getvalue()


def made(project: Path) -> dict[str, str]:
    """File name → what it should hold."""
    seeds = project / "seeds"
    files = {"indicator.csv": indicator_csv(load_indicators(project / "indicators"))}
    own = seeds / "comparison_group.csv"
    if not (own.exists() and ",KL\n" in own.read_text(encoding="utf-8")):
        with (seeds / "municipality.csv").open(encoding="utf-8", newline="") as stream:
            files["comparison_group.csv"] = comparison_csv(list(csv.DictReader(stream)))
    return files


def main() -> int:
    """Write both."""
    project = settings().dbt_project_dir
    for name, text in made(project).items():
        (project / "seeds" / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
