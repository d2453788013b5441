"""Reference data: provinces and communes, crop-protection inputs, what the law asks a scan to show.

Read once from ``data/``. Intervals and banned names are indicative: the label of the product governs.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """A province (two-digit code) or commune (five-digit code) since July 2025."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Pesticide:
    """An active ingredient and the shortest and longest interval labels usually give, in days."""

    active_ingredient: str
    group_vi: str
    usual_days: tuple[int, int]
    targets_vi: str


@dataclass(frozen=True, slots=True)
class Fertiliser:
    """A fertiliser and its kind."""

    name: str
    kind_vi: str


@dataclass(frozen=True, slots=True)
class LegalField:
    """One thing a law wants shown: its article, and the field of ours that answers it."""

    code: str
    vi: str
    en: str
    legal_ref: str
    our_field: str
    where: tuple[str, ...]
    condition_vi: str | None = None


@dataclass(frozen=True, slots=True)
class LegalSet:
    """The fields of one article or circular.

    ``requirements_vi``: what it asks beside fields; ``exempt_vi``: whom it lets off; ``elabel_vi``: when a
    screen may say it in place of paper.
    """

    id: str
    title_vi: str
    fields: tuple[LegalField, ...]
    requirements_vi: tuple[str, ...] = ()
    exempt_vi: str | None = None
    elabel_vi: str | None = None


@dataclass(frozen=True, slots=True)
class OperatingRule:
    """What the law asks of whoever keeps or shows such records, and where it says so."""

    rule_vi: str
    ref: str


def _load(name: str) -> Any:
    return json.loads(files("ledger.trace").joinpath(f"data/{name}").read_text(encoding="utf-8"))


_ADMIN = _load("admin_units.json")
_INPUTS = _load("inputs.json")
_LEGAL = _load("legal_fields.json")

PROVINCES: tuple[AdminUnit, ...] = tuple(AdminUnit(**raw) for raw in _ADMIN["provinces"])
COMMUNES: Mapping[str, tuple[AdminUnit, ...]] = MappingProxyType(
    {province: tuple(AdminUnit(**raw) for raw in units) for province, units in _ADMIN["communes"].items()}
)
PESTICIDES: tuple[Pesticide, ...] = tuple(
    Pesticide(**{**raw, "usual_days": tuple(raw["usual_days"])}) for raw in _INPUTS["pesticides"]
)
FERTILISERS: tuple[Fertiliser, ...] = tuple(Fertiliser(**raw) for raw in _INPUTS["fertilisers"])
VACCINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {animal: tuple(names) for animal, names in _INPUTS["vaccines_vi"].items()}
)
FEEDS: tuple[str, ...] = tuple(_INPUTS["feeds_vi"])
LEGAL_SETS: Mapping[str, LegalSet] = MappingProxyType(
    {
        raw["id"]: LegalSet(
            raw["id"],
            raw["title_vi"],
            tuple(LegalField(**{**field, "where": tuple(field["where"])}) for field in raw["fields"]),
            tuple(raw.get("requirements_vi", ())),
            raw.get("exempt_vi"),
            raw.get("elabel_vi"),
        )
        for raw in _LEGAL["sets"]
    }
)
OPERATING_RULES: tuple[OperatingRule, ...] = tuple(OperatingRule(**raw) for raw in _LEGAL["operating_rules"])
LEGAL_AS_OF: str = _LEGAL["as_of"]
"""Of which day the texts are, and that they are to be checked before anything legal is claimed."""


def _named_in(text: str, names: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]) -> str | None:
    folded = _folded(text)
    return next((name for name, words in names if any(word.search(folded) for word in words)), None)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_folded(name))}(?!\w)")


_BANNED = tuple(
    (raw["name"], tuple(_word(name) for name in (raw["name"], *raw["aliases"]))) for raw in _INPUTS["banned"]
)
_BANNED_DRUGS = tuple(
    (raw["name"], tuple(_word(name) for name in (raw["name"], *raw["aliases"])))
    for raw in _INPUTS["banned_drugs"]
)
# A trailing remark in brackets is no part of what people write.
_USUAL = tuple((_word(item.active_ingredient.partition(" (")[0]), item) for item in PESTICIDES)
# Either name will do where the list gives two: "Đồng oxyclorua (copper oxychloride)".
_LISTED = tuple(
    _word(name.removesuffix(" spp."))
    for item in PESTICIDES
    for name in item.active_ingredient.removesuffix(")").split(" (")
)


def banned_ingredient(text: str) -> str | None:
    """The banned or withdrawn active ingredient that ``text`` (a product or ingredient) names, if any."""
    return _named_in(text, _BANNED)


def banned_drug(text: str) -> str | None:
    """The substance banned from use on animals that ``text`` (a drug or feed) names, if any."""
    return _named_in(text, _BANNED_DRUGS)


def is_listed(text: str) -> bool:
    """Whether ``text`` names an active ingredient of the reference list of pesticides."""
    folded = _folded(text)
    return any(word.search(folded) for word in _LISTED)


def usual_interval(text: str) -> tuple[int, int] | None:
    """The usual pre-harvest interval (shortest, longest, days) of an ingredient named in ``text``.

    Of several, the longest counts. Only for noticing an interval that looks too short; never advice.
    """
    folded = _folded(text)
    found = [item.usual_days for word, item in _USUAL if word.search(folded)]
    return max(found, key=lambda days: days[1], default=None)


def communes(province: str) -> tuple[AdminUnit, ...]:
    """The communes of a province (two-digit code); empty where this edition lists none."""
    return COMMUNES.get(province, ())


def province_name(code: str) -> str | None:
    """The name of the province with this two-digit code."""
    return next((province.name for province in PROVINCES if province.code == code), None)
