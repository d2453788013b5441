"""Amounts as people typed them: ``1,5 sào`` stays readable beside the 540 m² that the log keeps.

The log holds one unit a field. What was typed is kept in the books, sealed, for whoever typed it.
"""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.field.diary_tables import TypedAmountsRow
from ledger.log.unit import Unit
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step
from ledger.trace.units import UNITS, read_number
from signing.vault import Vault

_PURPOSE = "ledger.coop typed amounts"
MAX_SHOWN = 60


def typed_amounts(step: Step, raw: Mapping[str, RawValue]) -> dict[str, str]:
    """The numbers among ``raw`` that were typed with a unit behind them, by field key. Pure."""
    found = {}
    for key, given in raw.items():
        field = step.field(key)
        if field is None or field.type != "number" or field.unit not in UNITS or not isinstance(given, str):
            continue
        text = " ".join(given.split())
        if text and not _is_bare(text):
            found[key] = text[:MAX_SHOWN]
    return found


def keep_typed_amounts(unit: Unit, actor: Actor, index: int, step: Step, raw: Mapping[str, RawValue]) -> None:
    """Keep what was typed with units of its own for the entry at ``index``; nothing when there is none."""
    found = typed_amounts(step, raw)
    if not found:
        return
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sealed = unit.vault.seal(text.encode(), f"{_PURPOSE} {actor.organisation}")
    unit.session.add(TypedAmountsRow(index=index, organisation=actor.organisation, amounts_sealed=sealed))


def read_typed_amounts(session: Session, vault: Vault, actor: Actor, index: int) -> dict[str, str]:
    """The texts by field key; empty for an entry without any, and for one of another organisation."""
    row = session.get(TypedAmountsRow, index)
    if row is None or row.organisation != actor.organisation:
        return {}
    found: dict[str, str] = json.loads(vault.open(row.amounts_sealed, f"{_PURPOSE} {actor.organisation}"))
    return found


def _is_bare(text: str) -> bool:
    try:
        read_number(text)
    except MalformedNumberError:
        return False
    return True
