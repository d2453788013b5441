"""A passport as JSON for programs: the page's facts, statements in their own JSON. Pure."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.trace.events.statements import Statement
from ledger.trace.units import format_decimal
from web.public.page import PassportPage
from web.public.witnessing import Vouched, Witnessing

DOCUMENT_TYPE = "sogoc/passport/v1"


def passport_document(page: PassportPage) -> dict[str, Any]:
    """The document of docs/spec/passport.md. ``passport`` is ``null`` where a stamp vouches for no goods."""
    return {
        "type": DOCUMENT_TYPE,
        "verdict": {
            "state": page.verdict.state,
            "title_vi": page.verdict.title_vi,
            "title_en": page.verdict.title_en,
            "lines_vi": [line.replace("\u00a0", " ") for line in page.verdict.lines],
        },
        "url": page.canonical,
        "code": page.code,
        "scans": to_json(page.scans),
        "bundle": page.bundle_path,
        "vkey": page.vkey,
        "witnesses": _witnesses(page.witnessing),
        "passport": to_json(page.passport),
    }


def _witnesses(told: Witnessing) -> dict[str, Any]:
    """Who vouches for the checkpoint behind the facts: a claim until the bundle is verified."""
    return {
        "invited": told.invited,
        "wanted": told.wanted,
        "cosigned": [_vouched(who, "name") for who in told.cosigned],
        "timestamps": [_vouched(who, "authority") for who in told.stamped],
    }


def _vouched(who: Vouched, name: str) -> dict[str, str]:
    return {name: who.name, "title": who.title, "at": who.at.isoformat()}


def to_json(value: Any) -> Any:
    """A value of the tracing room as JSON: quantities and shares stay exact, as strings."""
    if isinstance(value, Statement):
        return value.body()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value
