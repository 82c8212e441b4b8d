"""One entry of `WORDS` is one thing the desk says, in Danish and English. Texts of rules are in the profiles, not here."""

from datetime import date
from typing import Literal

Lang = Literal["da", "en"]

WORDS: dict[str, tuple[str, str]] = {
    # what is wrong with the command: one line
    "no_path": (
        "angiv en fil eller mappe, eller - for at læse fra standardinput",
        "give a file or folder, or - to read standard input",
    ),
    "missing": ("findes ikke: {paths}", "does not exist: {paths}"),
    "no_reports": (
        "ingen leverancer (.json, .ndjson eller gzip af en af dem) i: {paths}",
        "no reports (.json, .ndjson or gzip of either) in: {paths}",
    ),
    "stdin_twice": ("standardinput (-) kan kun læses én gang", "standard input (-) can be read only once"),
    "not_date": ("--as-of skal være en dato, fx 2027-01-01", "--as-of must be a date, for instance 2027-01-01"),
    "not_sor": (
        "--sender-sor skal være en SOR-kode (mindst 11 cifre)",
        "--sender-sor must be a SOR code (11 digits or more)",
    ),
    "unreadable": ("kan ikke læses: {path} ({reason})", "cannot be read: {path} ({reason})"),
    "stopped": ("afbrudt", "interrupted"),
    # nouns, one and many
    "report": ("leverance", "report"),
    "reports": ("leverancer", "reports"),
    "file": ("fil", "file"),
    "files": ("filer", "files"),
    "place": ("sted", "place"),
    "places": ("steder", "places"),
    "error": ("fejl", "error"),
    "errors": ("fejl", "errors"),
    "warning": ("advarsel", "warning"),
    "warnings": ("advarsler", "warnings"),
    "information": ("oplysning", "note"),
    "informations": ("oplysninger", "notes"),
    "rule": ("regel", "rule"),
    "rules": ("regler", "rules"),
    # verdicts
    "accepted": ("accepteret", "accepted"),
    "rejected": ("afvist", "rejected"),
    "fault": ("fejl hos os", "our fault"),
    "fault_line": (
        "Fejlen er vores, ikke afsenderens: {reports} kunne ikke kontrolleres ({rules}). Meld det til gatewayen.",
        "The fault is ours, not the sender's: {reports} could not be judged ({rules}). Please tell the gateway.",
    ),
    "fault_text": (
        "Kontrollen af leverancen gik i stå på grund af en fejl hos os. Leverancen er hverken accepteret eller afvist.",
        "The judging of the report failed for a reason of ours. The report is neither accepted nor rejected.",
    ),
    "fault_remedy": (
        "Ret ikke leverancen. Meld fejlen til gatewayen med regel og fejltype: {name}.",
        "Do not change the report. Tell the gateway, with rule and type of error: {name}.",
    ),
    # text output
    "remedy": ("Ret:", "Mend:"),
    "rule_pages": (
        "Hver regel har en side i indberetningsvejledningen: regler/<regel>.html.",
        "Each rule has a page in the reporting guide: regler/<rule>.html.",
    ),
    "more_places": ("… og {more} mere; {all} i alt", "… and {more} more; {all} in all"),
    "in": ("i", "in"),
    "with_warnings": ("heraf {count} med advarsler", "{count} of them with warnings"),
    "commonest": ("Hyppigste regler", "Commonest rules"),
    "more_rules": ("… og {more} andre regler", "… and {more} other rules"),
    "as_of_now": (
        "Efter reglerne pr. {day}.",
        "By the rules as of {day}.",
    ),
    "as_of_later": (
        "Efter reglerne pr. {day}, altså efter overgangsperioden, som slutter {end}. Her ses, hvad der da vil blive afvist.",
        "By the rules as of {day}, that is after the transition, which ends on {end}. This is what will then be rejected.",
    ),
    # the page
    "title": ("Kontrol af leverancer", "Validation of reports"),
    "platform": ("KL Gateway · Fælles Sprog III", "KL Gateway · Fælles Sprog III"),
    "all_good": ("Alle leverancer vil blive accepteret.", "All reports will be accepted."),
    "none": ("Der var ingen leverancer.", "There were no reports."),
    "some_bad": ("{bad} af {all} leverancer vil blive afvist.", "{bad} of {all} reports will be rejected."),
    "checked_at": ("Kontrolleret", "Validated"),
    "rules_of": ("Regler", "Rules"),
    "rules_on": ("pr. {day}", "as of {day}"),
    "sources": ("Kilder", "Sources"),
    "sender": ("Afsenderens SOR-koder", "The sender's SOR codes"),
    "sender_unchecked": ("ikke kontrolleret", "not checked"),
    "sender_checked": ("kontrolleret mod {count}", "checked against {count}"),
    "guide": ("Vejledning", "Guide"),
    "to_mend": ("Regler, der er brudt", "Rules that were broken"),
    "to_mend_lead": (
        "Begynd her: én rettelse i systemet fjerner ofte alle fund under samme regel.",
        "Begin here: one correction in the system usually removes every finding of the same rule.",
    ),
    "how_to_mend": ("Sådan rettes det", "How to mend it"),
    "first_seen": ("Set først i", "First seen in"),
    "rejected_reports": ("Afviste leverancer", "Rejected reports"),
    "remarked_reports": ("Accepteret med bemærkninger", "Accepted with remarks"),
    "filter": ("Filtrér", "Filter"),
    "search": ("Søg i fil, id, regel eller sted", "Search file, id, rule or place"),
    "which_rule": ("Regel", "Rule"),
    "every_rule": ("Alle regler", "All rules"),
    "show": ("Vis", "Show"),
    "open_all": ("Fold alle ud", "Open all"),
    "close_all": ("Fold alle ind", "Close all"),
    "shown_count": ("{shown} af {all} vises", "{shown} of {all} shown"),
    "line_column": ("linje {line}, tegn {column}", "line {line}, column {column}"),
    "clean": ("Accepteret uden bemærkninger", "Accepted without remarks"),
    "capped": (
        "De første {shown} er skrevet ud; tallene øverst gælder dem alle. Brug --format json for resten.",
        "The first {shown} are written out; the figures at the top count them all. Use --format json for the rest.",
    ),
    "private": (
        "Siden indeholder ingen borgeroplysninger: kun filnavne, steder i leverancen, regler og rettelser.",
        "The page holds no data about citizens: only file names, places in the report, rules and remedies.",
    ),
    "made_by": ("Dannet med klgateway validate", "Made by klgateway validate"),
}
MONTHS: dict[Lang, str] = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def say(key: str, lang: Lang, **values: str) -> str:
    """One text, with its values in place."""
    return WORDS[key][lang == "en"].format(**values)


def number(value: int, lang: Lang) -> str:
    """12.345 in Danish, 12,345 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "da" else text


def count(value: int, noun: str, lang: Lang) -> str:
    """`1 leverance`, `2 leverancer`."""
    return f"{number(value, lang)} {say(noun if value == 1 else f'{noun}s', lang)}"


def day(value: date, lang: Lang) -> str:
    """`1. januar 2027`, `1 January 2027`."""
    return f"{value.day}{'.' if lang == 'da' else ''} {MONTHS[lang].split()[value.month - 1]} {value.year}"
