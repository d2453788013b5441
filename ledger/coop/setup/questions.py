"""The ten questions of the first day: what an answer must be, and what it becomes (pure).

Answers are kept as they were typed, so that a person who comes back finds their own words.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError
from ledger.coop.registers.places import PLACE_KINDS
from ledger.coop.registers.products import MAX_NET_G, MAX_NET_OPTIONS, MAX_SHELF_LIFE_DAYS
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.reference import PROVINCES
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.units import normalise, read_date, read_number, read_quantity

QUESTIONS = (
    "sector", "name", "where", "origin", "packs", "keeping", "ground", "places", "label", "season",
)  # fmt: skip
MAX_PLACES = 100
_NOT_IN_CODES = re.compile(r"[^A-Z0-9]+")

Answers = Mapping[str, Mapping[str, str]]
"""By question, the texts by field. A field ``v-…`` is one of the template's first step."""


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """A line of the places: what it is called, and how large it is."""

    name: str
    area_m2: Decimal | None


def next_question(answers: Answers) -> str | None:
    """The first that is not answered; ``None`` when all are."""
    return next((name for name in QUESTIONS if name not in answers), None)


def opens_season(answers: Answers) -> bool:
    """Whether the chosen template begins with a season, not with goods that come in."""
    return any(step.code == "season_open" for step in TEMPLATES[answers["sector"]["template"]].steps)


def check_answer(question: str, given: Mapping[str, str]) -> None:
    """Raises ``CommandError`` with what is wrong with an answer, each problem with its field."""
    checks = Checks()
    _CHECKS[question](checks, given)
    checks.finish()


def read_places(text: str) -> tuple[TypedPlace, ...]:
    """The places of lines such as “Vườn 1; 2 sào”. Raises ``CommandError`` naming the lines at fault."""
    checks = Checks()
    places = _places(checks, text)
    checks.finish()
    return places


def read_packs(text: str) -> tuple[int, ...]:
    """Weights in grams with semicolons between them. Raises ``CommandError``."""
    checks = Checks()
    packs = _packs(checks, text)
    checks.finish()
    return packs


def product_code(name: str, taken: Collection[str]) -> str:
    """A code for a product of this name: its letters without tone marks, and a number if need be."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter)).upper()
    code = _NOT_IN_CODES.sub("-", letters).strip("-")[:16].rstrip("-") or "SP"
    numbered = (code, *(f"{code}-{number}" for number in range(2, 1000)))
    return next(one for one in numbered if one not in taken)


def _sector(checks: Checks, given: Mapping[str, str]) -> None:
    checks.word("template", "việc hợp tác xã làm", given.get("template", ""), TEMPLATES)


def _name(checks: Checks, given: Mapping[str, str]) -> None:
    checks.text("name", "tên sản phẩm", given.get("name", ""), 120)


def _where(checks: Checks, given: Mapping[str, str]) -> None:
    names = [province.name for province in PROVINCES]
    checks.word("province", "tỉnh, thành phố", given.get("province", ""), names)
    checks.text("commune", "xã, phường", given.get("commune", ""), 80)


def _origin(checks: Checks, given: Mapping[str, str]) -> None:
    checks.text("origin", "xuất xứ", given.get("origin", ""), 200)


def _packs_answer(checks: Checks, given: Mapping[str, str]) -> None:
    _packs(checks, given.get("net_options_g", ""))


def _keeping(checks: Checks, given: Mapping[str, str]) -> None:
    days = given.get("shelf_life_days", "").strip()
    if days and (not days.isascii() or not days.isdigit()):
        checks.refuse("shelf_life_days", "Hạn dùng là số ngày, ví dụ 10.")
    elif days:
        checks.count("shelf_life_days", "hạn dùng (ngày)", int(days[:9]), MAX_SHELF_LIFE_DAYS)
    checks.optional_text("storage", "cách bảo quản", given.get("storage"), 300)


def _ground(checks: Checks, given: Mapping[str, str]) -> None:
    checks.word("kind", "loại nơi sản xuất", given.get("kind", ""), PLACE_KINDS)
    if given.get("perennial_since"):
        read_day(checks, "perennial_since", given["perennial_since"])


def _places_answer(checks: Checks, given: Mapping[str, str]) -> None:
    _places(checks, given.get("places", ""))


def _label(checks: Checks, given: Mapping[str, str]) -> None:
    for key in ("design", "paper"):
        checks.optional_text(key, "mẫu tem", given.get(key), 60)


def _season(checks: Checks, given: Mapping[str, str]) -> None:
    if given.get("place") is None and given.get("started_on") is None:
        return  # a sector without seasons has nothing to say here
    if not given.get("place", "").isdigit():
        checks.refuse("place", "Hãy chọn nơi làm vụ đầu tiên.")
    read_day(checks, "started_on", given.get("started_on", ""))


_CHECKS = {
    "sector": _sector,
    "name": _name,
    "where": _where,
    "origin": _origin,
    "packs": _packs_answer,
    "keeping": _keeping,
    "ground": _ground,
    "places": _places_answer,
    "label": _label,
    "season": _season,
}


def read_day(checks: Checks, field: str, text: str) -> date | None:
    """A date as typed, its problem noted."""
    try:
        return read_date(text)
    except MalformedNumberError as error:
        checks.refuse(field, error.sentence if text.strip() else "Hãy ghi ngày, ví dụ 05/11/2026.")
        return None


def _packs(checks: Checks, text: str) -> tuple[int, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        try:
            amount = read_number(part)
        except MalformedNumberError as error:
            checks.refuse("net_options_g", error.sentence)
            continue
        if amount != normalise(amount).to_integral_value() or not 0 < amount <= MAX_NET_G:
            checks.refuse("net_options_g", f"“{part[:20]}” chưa đúng. Hãy ghi số gam nguyên, ví dụ 500.")
            continue
        found.append(int(amount))
    if len(found) > MAX_NET_OPTIONS:
        checks.refuse("net_options_g", f"Tối đa {MAX_NET_OPTIONS} loại gói cho một sản phẩm.")
    return tuple(found)


def _places(checks: Checks, text: str) -> tuple[TypedPlace, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        checks.refuse("places", "Hãy ghi ít nhất một nơi, mỗi nơi một dòng, ví dụ: Vườn 1; 2 sào.")
    if len(lines) > MAX_PLACES:
        checks.refuse("places", f"Tối đa {MAX_PLACES} nơi ở đây. Có nhiều hơn thì nhập từ tệp Excel sau.")
    return tuple(
        place
        for number, line in enumerate(lines[:MAX_PLACES], start=1)
        if (place := _place(checks, number, line)) is not None
    )


def _place(checks: Checks, number: int, line: str) -> TypedPlace | None:
    typed, _, size = line.partition(";")
    mine = Checks()
    name = mine.text("places", "tên nơi", typed, 120)
    try:
        area = mine.optional_amount(
            "places", "diện tích", read_quantity(size, "m2") if size.strip() else None
        )
        mine.finish()
    except MalformedNumberError as error:
        checks.refuse("places", f"Dòng {number}: {error.sentence}")
    except CommandError as error:
        checks.refuse("places", f"Dòng {number}: {error.sentence}")
    else:
        return TypedPlace(name, area)
    return None
