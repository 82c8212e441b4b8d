"""One `GuideDraft` is one package as a guide in our format: its profiles and extensions."""

import re
from dataclasses import dataclass

from orchestration.importing.errors import ImportRefused
from orchestration.importing.extension import ExtensionDraft, extension_draft
from orchestration.importing.grammar import keys
from orchestration.importing.library import Library
from orchestration.importing.profile import ProfileDraft, profile_draft

RESERVED = frozenset({"guide", "extensions", "import", "common", "business"})
"""Names of the other files of a guide."""


@dataclass(frozen=True, slots=True)
class GuideDraft:
    """`report` and `delivery` are the keys of the Bundle profiles: of one citizen's report, and of a Bundle of those."""

    name: str
    version: str
    canonical: str
    profiles: tuple[ProfileDraft, ...]
    extensions: tuple[ExtensionDraft, ...]
    report: str
    delivery: str

    @property
    def id(self) -> str:
        """The name of its folder: care-1.2.0."""
        return f"{self.name}-{self.version}"


def guide_draft(library: Library, name: str) -> GuideDraft:
    """Draft all profiles and extensions of the package that is imported."""
    short = keys(library.own)
    _check(short)
    profiles = tuple(profile_draft(s, library, short) for s in library.own if s.type != "Extension")
    extensions = tuple(extension_draft(s, library, short) for s in library.own if s.type == "Extension")
    bundles = [profile for profile in profiles if profile.type == "Bundle"]
    canonical_keys = {profile.key for profile in bundles}
    delivery = next((p.key for p in bundles if _holds(p) in canonical_keys), "")
    report = next((p.key for p in bundles if p.key != delivery), "")
    return GuideDraft(
        name, library.manifest.version, library.manifest.canonical, profiles, extensions, report, delivery
    )


def _check(short: dict[str, str]) -> None:
    """Each key is a file name and the beginning of rule ids."""
    by_key: dict[str, str] = {}
    for url, key in short.items():
        if not re.fullmatch(r"[a-z]\w*(\.\w+)*", key) or key in RESERVED:
            raise ImportRefused(f"{url!r}: a profile can't be called {key!r} in our records")
        if key in by_key:
            raise ImportRefused(f"{url} and {by_key[key]} would both be called {key!r} in our records")
        by_key[key] = url


def _holds(profile: ProfileDraft) -> str:
    rule = profile.needs_code.get(f"{profile.key}.entry.resource.allowed")
    return rule.constraint.rsplit(": ", 1)[-1] if rule else ""
