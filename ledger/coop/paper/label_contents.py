"""The facts of a label as values: what the law asks of them, and how a print job keeps them as text. Pure.

Values are plain: words, days of Việt Nam, exact decimals.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_type_hints

from ledger.coop.errors import CoopError
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.reference import LEGAL_SETS, LegalField
from ledger.trace.units import format_decimal, parse_decimal

FORM = "sogoc/label-facts/v1"
FOOD_LABEL = LEGAL_SETS["nd37_label_food"]
"""Decree 37/2026/NĐ-CP Art. 42 and Annex I: what the label of packed food shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What is known for a label; empty where nothing is said.

    ``net_g`` is the net weight of a pack in grams; goods packed by number or volume have ``net_count`` in
    ``net_unit`` (``quả``) instead. ``quantity`` is all of the lot in ``uom``: ``KGM`` kilograms, ``EA`` packs
    or pieces. ``place`` is commune and province, for where the whole ``address`` does not fit. ``pack_type``
    is the code of the packing step (``box``). ``made_on`` is the day of the last stage of making (Art. 46):
    of packs the day they were packed. ``packed_on`` is of packs only.
    """

    organisation: str
    organisation_code: str
    address: str = ""
    place: str = ""
    phone: str = ""
    product_name: str = ""
    product_name_en: str = ""
    product_code: str = ""
    gtin: str = ""
    lot_code: str = ""
    origin: str = ""
    packed_on: date | None = None
    made_on: date | None = None
    expires_on: date | None = None
    net_g: Decimal | None = None
    net_count: Decimal | None = None
    net_unit: str = ""
    pack_type: str = ""
    quantity: Decimal | None = None
    uom: str = ""
    ingredients: str = ""
    warning: str = ""
    storage: str = ""
    is_packed_food: bool = False
    is_processed: bool = False


# -- what the law asks ----------------------------------------------------------------------------------


def missing_label_fields(facts: LabelFacts) -> tuple[LegalField, ...]:
    """What the label of these goods must show (set ``nd37_label_food``) and nothing is known of.

    Only packed food needs the label: fresh produce sold loose is exempt (Art. 35.2.e and g), and a stamp
    ordered ahead carries nothing but its code. Ingredients are asked of processed food alone.
    """
    if not facts.is_packed_food:
        return ()
    return tuple(
        field
        for field in FOOD_LABEL.fields
        if not _ANSWERS[field.code](facts) and (field.code != "ingr" or facts.is_processed)
    )


# What answers each field of the set, by its code.
_ANSWERS: Mapping[str, Callable[[LabelFacts], object]] = {
    "name": lambda facts: facts.product_name,
    "resp": lambda facts: facts.organisation and facts.address,
    "origin": lambda facts: facts.origin,
    "qty": lambda facts: facts.net_g or facts.net_count,
    "mfg": lambda facts: facts.made_on,
    "exp": lambda facts: facts.expires_on,
    "ingr": lambda facts: facts.ingredients,
    "warn": lambda facts: facts.warning,
    "use": lambda facts: facts.storage,
}


# -- as text --------------------------------------------------------------------------------------------


def format_facts(facts: LabelFacts) -> str:
    """One line of JSON: ``form``, then the facts that have a value, by name."""
    said: dict[str, Any] = {}
    for item in fields(LabelFacts):
        value = getattr(facts, item.name)
        if value != item.default:
            said[item.name] = _plain(value)
    return json.dumps({"form": FORM, **said}, ensure_ascii=False, separators=(",", ":"))


def parse_facts(text: str) -> LabelFacts:
    """The inverse of ``format_facts``. Raises ``CoopError`` for everything else."""
    try:
        said = json.loads(text, object_pairs_hook=_single)
        form = said.pop("form")
        facts = LabelFacts(**{name: _READ[_KINDS[name]](value) for name, value in said.items()})
    except (AttributeError, KeyError, TypeError, ValueError, MalformedNumberError) as error:
        raise _damaged(str(error)) from error
    if form != FORM or format_facts(facts) != text:
        raise _damaged("not the one spelling")
    return facts


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format_decimal(value) if isinstance(value, Decimal) else value


def _single(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs := list(pairs))
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _kind(hint: Any) -> type:
    kind: type = get_args(hint)[0] if isinstance(hint, UnionType) else hint
    return kind


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return value

    return read


_KINDS = {name: _kind(hint) for name, hint in get_type_hints(LabelFacts).items()}
_READ: Mapping[type, Callable[[Any], Any]] = {
    str: _exactly(str),
    bool: _exactly(bool),
    date: date.fromisoformat,
    Decimal: parse_decimal,
}


def _damaged(why: str) -> CoopError:
    return CoopError(
        f"malformed label facts: {why}",
        sentence="Nội dung nhãn của lượt in này bị hỏng. Hãy khôi phục sổ từ bản sao lưu.",
    )
