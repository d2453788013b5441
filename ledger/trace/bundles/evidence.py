"""Everything that a lot's passport rests on, gathered from the tables: first indexes, then entries' bytes.

Nothing here is believed. The tables only say where to look; ``bundles.integrity`` checks what was found
against the log's checkpoint, and the passport is made of entries alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from ledger.log.authors import chain_of
from ledger.log.entries import Kind
from ledger.log.publication import covering_checkpoint
from ledger.log.queries import read_entries, read_identity
from ledger.log.tables import LogKey
from ledger.trace.bundles.history import read_history, read_recalls
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import UnknownLotError
from ledger.trace.events.parsing import Parsed, parse_known
from ledger.trace.events.statements import CertificateFiled, LotSealed
from ledger.trace.passports.story import tell_story
from ledger.trace.tables import TraceCredential, TraceEvent, TraceRegister

CARTON_STEPS = ("carton_filling", "carton_emptying")
MAX_ASKED = 5000
"""How many values one query asks for at once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks of ``lot``: entries ``(index, bytes)`` in the order of their indexes, under a checkpoint.

    The checkpoint is the best published one that contains all of them, else the newest of all.

    ``history`` are the indexes that the seal at ``sealed_index`` must cover. ``credential`` is the credential
    that the seal names, if it is kept here. Unverified.
    """

    lot: str
    checkpoint: bytes
    entries: tuple[tuple[int, bytes], ...]
    sealed_index: int | None
    history: tuple[int, ...]
    credential: dict[str, Any] | None


def gather_evidence(session: Session, lot: str) -> Evidence:
    """The evidence for a lot: its story, its seal, and the statements and keys that these rest on.

    Raises ``UnknownLotError``, and ``NoSuchEntryError`` when a table names an entry that is not there.
    """
    row = read_lots(session, (lot,)).get(lot)
    if row is None:
        raise UnknownLotError(lot)
    told = {*read_history(session, lot), *read_recalls(session, lot), row.created_index}
    told -= _cartons(session, told)
    if row.sealed_index is not None:
        told.add(row.sealed_index)
    entries = _read(session, told)
    seal = tell_story(lot, parse_known(entries)).seal()
    history = () if seal is None else read_history(session, lot, seal.index)
    entries |= _read(session, set(history) - entries.keys())
    entries |= _read(session, _statements(session, parse_known(entries)) - entries.keys())
    entries |= _read(session, _keys(session, parse_known(entries)) - entries.keys())
    return Evidence(
        lot=lot,
        checkpoint=covering_checkpoint(session, max(entries)),
        entries=tuple(sorted(entries.items())),
        sealed_index=None if seal is None else seal.index,
        history=history,
        credential=None if seal is None else _credential(session, lot, seal.record.body.get("credential")),
    )


def gather_entries(session: Session, indexes: Iterable[int]) -> Evidence:
    """Single entries and the keys they rest on, about no lot. Raises ``NoSuchEntryError``."""
    entries = _read(session, indexes)
    entries |= _read(session, _keys(session, parse_known(entries)) - entries.keys())
    checkpoint = covering_checkpoint(session, max(entries))
    return Evidence("", checkpoint, tuple(sorted(entries.items())), None, (), None)


def _cartons(session: Session, told: set[int]) -> set[int]:
    """Which of these entries put packs in cartons, or cartons on pallets, and took them out again.

    They say where packs stand, not how they came to be; a lot may have thousands. What a seal covers comes
    back with its history.
    """
    ordered = sorted(told)
    return {
        index
        for at in range(0, len(ordered), MAX_ASKED)
        for index in session.scalars(
            select(TraceEvent.index).where(
                TraceEvent.index.in_(ordered[at : at + MAX_ASKED]), TraceEvent.step.in_(CARTON_STEPS)
            )
        )
    }


def _read(session: Session, indexes: Iterable[int]) -> dict[int, bytes]:
    ordered = sorted(indexes)
    return {
        stored.index: stored.entry
        for at in range(0, len(ordered), MAX_ASKED)
        for stored in read_entries(session, ordered[at : at + MAX_ASKED])
    }


def _statements(session: Session, parsed: Sequence[Parsed]) -> set[int]:
    """The statements in force about the organisations, places and products that speak or are spoken of here.

    And the certificates of those organisations that cover one of the products.
    """
    chains = {item.record.chain_id for item in parsed}
    products = _products(session, parsed)
    places = {place for item in parsed for place in _places(item)}
    register = TraceRegister
    rows = session.execute(
        select(register.kind, register.subject, func.max(register.index))
        .where(
            or_(
                and_(register.kind == "organisation", register.subject.in_(chains)),
                and_(register.kind == "place", register.subject.in_(places)),
                and_(register.kind == "product", register.subject.in_(products)),
                and_(register.kind == "certificate", register.chain_id.in_(chains)),
            )
        )
        .group_by(register.kind, register.subject)
    ).all()
    certificates = {index for kind, _, index in rows if kind == "certificate"}
    return _covering(session, certificates, products) | {row[2] for row in rows if row[0] != "certificate"}


def _covering(session: Session, certificates: set[int], products: set[str]) -> set[int]:
    """Those of the entries ``certificates`` that cover one of ``products``, by the entry or by the register.

    And those that do not parse: what was made unreadable must show as tampered, not be missed.
    """
    parsed = parse_known(_read(session, certificates))
    readable = {item.index: item.statement for item in parsed}
    filed = session.execute(
        select(TraceRegister.index, TraceRegister.body).where(
            TraceRegister.index.in_(certificates), TraceRegister.kind == "certificate"
        )
    )
    covering = {index for index, body in filed if not products.isdisjoint(body.get("products", ()))}
    covering |= {
        index
        for index, statement in readable.items()
        if isinstance(statement, CertificateFiled) and not products.isdisjoint(statement.products)
    }
    return covering | (certificates - readable.keys())


def _products(session: Session, parsed: Sequence[Parsed]) -> set[str]:
    named = {lot for item in parsed if item.flow is not None for lot in item.flow.named}
    products = {lot.product for lot in read_lots(session, named).values() if lot.product is not None}
    return products | {item.statement.product for item in parsed if isinstance(item.statement, LotSealed)}


def _places(item: Parsed) -> set[str]:
    body = item.record.body if item.record.kind is Kind.EVENT else {}
    return {body[name]["id"] for name in ("bizLocation", "readPoint") if name in body}


def _keys(session: Session, parsed: Sequence[Parsed]) -> set[int]:
    """The statements about every key of every chain that signed here."""
    origin = read_identity(session).origin
    signers = {chain_of(name, origin) for item in parsed for name in item.record.signers}
    chains = {item.record.chain_id for item in parsed} | (signers - {None})
    rows = session.execute(select(LogKey.valid_from, LogKey.valid_until).where(LogKey.chain_id.in_(chains)))
    # A key is valid up to and including the entry that revokes it.
    return {index for added, until in rows for index in ((added,) if until is None else (added, until - 1))}


def _credential(session: Session, lot: str, digest: str | None) -> dict[str, Any] | None:
    if digest is None:
        return None
    return session.execute(
        select(TraceCredential.json).where(TraceCredential.lot == lot, TraceCredential.digest == digest)
    ).scalar()
