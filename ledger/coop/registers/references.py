"""What a field of a step refers to: resolved within the organisation, never beyond it.

A form gives what people choose from (codes, ids); the event gets what outsiders can resolve (URIs) or, for
people and partners, random ids that go in sealed.
"""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.lots import find_held_lot
from ledger.coop.registers.members import find_member, find_member_by_code
from ledger.coop.registers.partners import find_partner
from ledger.coop.registers.places import find_place
from ledger.coop.registers.products import find_product
from ledger.trace.errors import FieldErrors, FieldProblem
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step

RETAIL = "khách lẻ"
"""Stands for buyers nobody names: who buys at the door."""


def resolve_references(
    session: Session, actor: Actor, step: Step, raw: Mapping[str, RawValue]
) -> dict[str, RawValue]:
    """``raw`` with every reference resolved; other values as they are.

    Raises ``ledger.trace.errors.FieldErrors`` naming every field whose reference is not the organisation's.
    """
    resolved: dict[str, RawValue] = dict(raw)
    problems = []
    for field in step.fields:
        find = _FINDERS.get(field.ref or "")
        given = raw.get(field.key)
        if find is None or not given:
            continue
        try:
            resolved[field.key] = _each(given, partial(find, session, actor))
        except NotFoundError as error:
            problems.append(FieldProblem(field.key, f"“{field.label_vi}”: {error.sentence}"))
    if problems:
        raise FieldErrors(step.code, tuple(problems))
    return resolved


def resolve_member(session: Session, actor: Actor, text: str) -> str:
    """The id of the member with this id or code. Raises ``NotFoundError``."""
    if len(text) == 36:  # a UUID; codes are at most 20 characters
        return find_member(session, actor.organisation, text).id
    return find_member_by_code(session, actor.organisation, text)


def _each(given: RawValue, find: Callable[[str], str]) -> RawValue:
    if isinstance(given, str):
        # One cell may hold several values with semicolons between them.
        items = [item.strip() for item in given.split(";") if item.strip()]
        return ";".join(find(item) for item in items)
    return [find(item.strip()) for item in given if item.strip()]


def _place(session: Session, actor: Actor, text: str) -> str:
    return find_place(session, actor.organisation, text.upper()).uri


def _product(session: Session, actor: Actor, text: str) -> str:
    return find_product(session, actor.organisation, text.upper()).uri


def _lot(session: Session, actor: Actor, text: str) -> str:
    return find_held_lot(session, actor, text).lot


def _partner(session: Session, actor: Actor, text: str) -> str:
    return RETAIL if text.casefold() == RETAIL else find_partner(session, actor.organisation, text).id


_FINDERS: Mapping[str, Callable[[Session, Actor, str], str]] = {
    "member": resolve_member,
    "place": _place,
    "product": _product,
    "batch": _lot,
    "partner": _partner,
}
