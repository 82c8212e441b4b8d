"""`klgateway`: one command is one thing a person does at a terminal. Imports what a command needs inside that command."""

import argparse
import sys
from collections.abc import Sequence

from orchestration.door import commands as door
from orchestration.publishing import commands as publishing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 for done, 1 for not as it should be, 2 for a command that is not understood."""
    parser = argparse.ArgumentParser(prog="klgateway", description="The KL Gateway data platform.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="run the main job on the shipped samples, day by day, and show what came of it")
    commands.add_parser("docs", help="write the data dictionary (HTML, CSV) and dbt's documentation")
    commands.add_parser("rekey", help="give every citizen a key by the secret that is set now")
    samples = commands.add_parser("samples", help="write the shipped samples anew, from their story")
    samples.add_argument("--out", help="another folder than data/samples")
    guide = commands.add_parser("guide", help="write the reporting guide (Indberetningsvejledning) as HTML")
    guide.add_argument("--out", help="another folder than data/guide")
    commands.add_parser("portal", help="make the public site of the newest public release, and say where it is")
    commands.add_parser("rules", help="every rule with its good and its bad example, both judged now, as CSV")
    _describe_validate(commands.add_parser("validate", help="judge reports at the sender's desk, as the gateway would"))
    _describe_generate(commands.add_parser("generate", help="invent a nation: reports, and the truth beside them"))
    _describe_profiles(commands.add_parser("profiles", help="draft the profiles of a new version of a guide"))
    door.describe(commands)
    publishing.describe(commands)
    _describe_agreements(commands.add_parser("agreements", help="who gets what, and what changed in the agreements"))
    chosen, more = parser.parse_known_args(arguments)
    if chosen.command == "validate" and not any(value.startswith("--") for value in more):
        return _validate(chosen, more)  # paths may also follow the options
    if more:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if chosen.command in publishing.COMMANDS:
        done = publishing.run(chosen)
        is_public_taken_back = chosen.command == "release" and chosen.recipient == "public" and not done
        return _portal() if is_public_taken_back else done  # figures that were taken back are shown nowhere
    if chosen.command == "portal":
        return _portal()
    if chosen.command == "demo":
        from orchestration.demo import run_demo

        return run_demo()
    if chosen.command == "docs":
        return _docs()
    if chosen.command == "rekey":
        from orchestration.rekeying import rekey_warehouse

        return rekey_warehouse()
    if chosen.command in door.COMMANDS:
        return door.run(chosen)
    if chosen.command == "guide":
        from orchestration.guide_command import write_guide

        return write_guide(chosen.out)
    if chosen.command == "rules":
        from orchestration.guide_command import show_rules

        return show_rules()
    if chosen.command == "generate":
        from orchestration.nation_command import generate_nation

        return generate_nation(**{name: value for name, value in vars(chosen).items() if name != "command"})
    if chosen.command == "profiles":
        from orchestration.importing.command import import_profiles

        return import_profiles(chosen.packages, out=chosen.out, compare=chosen.compare)
    if chosen.command == "agreements":
        return _agreements(chosen)
    return _samples(chosen.out)


def _describe_agreements(parser: argparse.ArgumentParser) -> None:
    parser.description = "Exit code: 0 done, 1 an agreement can't be read (it says where and what to do), 2 usage."
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="every agreement: status, version, identity, tables, legal basis")
    diff = actions.add_parser("diff", help="what the files say now and did not say before, in plain words")
    diff.add_argument(
        "since", nargs="?", default="HEAD", help="a git revision; HEAD unless told: what is not committed"
    )
    diff.add_argument("--lang", choices=("da", "en"), default="da", help="Danish unless told")


def _agreements(chosen: argparse.Namespace) -> int:
    from orchestration.publishing.agreement_command import diff_agreements, show_agreements
    from orchestration.settings import settings

    where = settings()
    if chosen.action == "list":
        return show_agreements(where.expectations_dir, where.dbt_project_dir)
    return diff_agreements(where.expectations_dir, where.dbt_project_dir, chosen.since, chosen.lang)


def _describe_generate(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write the reports of an invented nation, senders.yml and the truth as Parquet; the same for the same seed. "
        "Exit code: 0 done, 1 the check found differences, 2 settings that can't be, 3 it could not be written."
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="a new folder; with --check, that of the nation")
    parser.add_argument("--municipalities", metavar="N", help="how many, or codes separated by commas; 98 unless told")
    parser.add_argument("--citizens", metavar="N", help="20000 unless told")
    parser.add_argument("--days", metavar="D", help="30 unless told")
    parser.add_argument("--seed", metavar="S", help="1 unless told")
    parser.add_argument("--start", metavar="DATE", help="the first day; 2026-03-02 unless told")
    parser.add_argument("--faults", metavar="RATE", help="share of the reports that are broken, 0 to 1; 0 unless told")
    parser.add_argument("--vendor-mix", metavar="FILE", help="another mix of vendors than the one that ships")
    parser.add_argument("--one-file-per-bundle", action="store_true", help="instead of NDJSON per sender and day")
    parser.add_argument("--check", metavar="RESULT", help="data folder of a run, or lines of `validate --format json`")


def _describe_validate(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Judge reports as the gateway would, without sending them. "
        "Exit code: 0 all accepted, 1 some rejected, 2 the command or a file can't be read, 3 a fault of ours."
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file, folder, or - for standard input")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="text unless told")
    parser.add_argument("--lang", choices=("da", "en"), help="language of the texts; Danish unless told")
    parser.add_argument("--as-of", metavar="DATE", help="by the rules of this date, for instance 2027-01-01")
    parser.add_argument(
        "--sender-sor", nargs="+", action="extend", default=[], metavar="CODE", help="SOR codes the sender may use"
    )


def _describe_profiles(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "read an official FHIR package and write its profiles and terminology as drafts in our format"
    more = "Exit code: 0 nothing to look at, 1 differences to look at, 2 a package or the folder can't be used."
    action = actions.add_parser("import", help=text, description=f"{text[0].upper()}{text[1:]}. {more}")
    action.add_argument(
        "packages", nargs="+", metavar="PACKAGE.tgz", help="the guide's package, then those it depends on"
    )
    action.add_argument("--out", required=True, metavar="DIR", help="the draft becomes DIR/<guide>-<version>")
    action.add_argument("--compare", action="store_true", help="also with our records of another version of the guide")


def _validate(chosen: argparse.Namespace, more: Sequence[str]) -> int:
    from orchestration.desk.command import validate

    return validate(
        [*chosen.paths, *more],
        format=chosen.format,
        lang=chosen.lang,
        as_of=chosen.as_of,
        sender_sor=chosen.sender_sor,
    )


def _portal() -> int:
    from orchestration.portal.command import make_portal

    return make_portal()


def _docs() -> int:
    from orchestration.dbt_manifest import current_manifest, write_docs
    from orchestration.dictionary.coverage import gaps
    from orchestration.dictionary.writing import read_dictionary, write_dictionary
    from orchestration.indicators.page import write_page
    from orchestration.indicators.records import load_indicators
    from orchestration.settings import settings

    dictionary = read_dictionary(current_manifest())
    for path in write_dictionary(dictionary, settings().docs_dir):
        print(path)  # noqa: T201  # the answer of the command
    found = gaps(dictionary)
    for gap in found:
        print(f"{gap.table}{'.' * bool(gap.column)}{gap.column} lacks {gap.lacks}", file=sys.stderr)  # noqa: T201
    print(write_page(load_indicators(settings().dbt_project_dir / "indicators"), settings().docs_dir))  # noqa: T201
    print(write_docs())  # noqa: T201
    return 1 if found else 0


def _samples(out: str | None) -> int:
    from pathlib import Path

    from orchestration.settings import settings
    from orchestration.synthetic.samples import write_samples

    write_samples(Path(out) if out else settings().samples_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
