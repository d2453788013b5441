"""What a label may say of a lot: taken from the log once, then kept with the print job for ever.

Paper already stuck on goods must be printed again as it was, whatever is registered anew since; so a job
holds its own copy of these facts, as text.
"""

from typing import Any

from sqlalchemy.orm import Session

from ledger.coop.errors import NotFoundError
from ledger.coop.goods.processed_food import is_food, is_processed
from ledger.coop.paper.label_contents import LabelFacts, format_facts, missing_label_fields, parse_facts
from ledger.log.records import read_record
from ledger.trace.derived.registers import find_statement
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.store import read_lots
from ledger.trace.events.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.genealogy import trace_back
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.field_values import GRAM, read_decimal
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.tables import LotKind
from ledger.trace.units import local_day

__all__ = ["LabelFacts", "format_facts", "label_facts", "missing_label_fields", "parse_facts"]

_PACKING = "packing"


def label_facts(session: Session, organisation: str, lot: str | None) -> LabelFacts:
    """The facts for labels of ``lot`` (its URI), or of stamps ordered ahead for no lot yet (``None``).

    Raises ``NotFoundError`` for a lot that the organisation (its code) did not make.
    """
    facts = _said_of_organisation(session, organisation)
    if lot is None:
        return LabelFacts(**facts)
    row = read_lots(session, (lot,)).get(lot)
    if row is None or row.chain_id != organisation or not row.is_made:
        raise NotFoundError("lô", lot_code_of(lot))
    facts |= _said_of_lot(session, row)
    filed = find_statement(session, ProductRegistered, row.product or "")
    if filed is not None:
        facts |= _said_of_product(filed.statement)
        sector = TEMPLATES[filed.statement.template]
        facts["is_packed_food"] = row.kind == LotKind.PACK and is_food(sector)
        facts["is_processed"] = is_food(sector) and is_processed(session, sector, trace_back(session, lot))
    return LabelFacts(**facts)


def _said_of_organisation(session: Session, code: str) -> dict[str, Any]:
    filed = find_statement(session, OrganisationRegistered, code)
    if filed is None:
        return {"organisation": code, "organisation_code": code}
    said = filed.statement
    place = f"{said.commune}, {said.province}"
    return {
        "organisation": said.name,
        "organisation_code": code,
        "address": f"{said.address}, {place}",
        "place": place,
        "phone": said.phone or "",
    }


def _said_of_product(said: ProductRegistered) -> dict[str, Any]:
    return {
        "product_name": said.name,
        "product_name_en": said.name_en or "",
        "product_code": said.code,
        "gtin": said.gtin or "",
        "origin": said.origin,
        "ingredients": said.ingredients or "",
        "warning": said.warning or "",
        "storage": said.storage or "",
    }


def _said_of_lot(session: Session, row: LotRow) -> dict[str, Any]:
    is_pack = row.kind == LotKind.PACK
    facts: dict[str, Any] = {
        "lot_code": lot_code_of(row.lot),
        "packed_on": local_day(row.created_at) if is_pack else None,
        "made_on": local_day(row.created_at),
        "expires_on": row.expires_on,
        "quantity": row.quantity,
        "uom": row.uom or "",
    }
    return facts | _content(session, row) if is_pack else facts


def _content(session: Session, row: LotRow) -> dict[str, Any]:
    """What is in one pack, as the event that packed it says."""
    body = read_record(session, row.created_index).body
    said = body.get("sogoc:fields", {})
    content: dict[str, Any] = {"net_g": row.net_g, "pack_type": str(said.get("pack_type", ""))}
    sector = TEMPLATES.get(body.get("sogoc:template", ""))
    steps = () if sector is None else sector.steps
    unit = next(
        (field.unit for step in steps if step.code == _PACKING and (field := step.field("net_per_pack"))),
        None,
    )
    if unit not in (None, GRAM):
        content |= {"net_count": read_decimal(said.get("net_per_pack")), "net_unit": unit}
    return content
