"""Handing out what organisations sign about their lots: credentials, status lists, DID documents.

The credential with its embedded proof was signed at the seal and is kept. Tokens and status lists are signed
when they are asked for, with the organisation's key of today: so no retired key need be trusted for them. A
token says what the entries up to the seal say, under the names that are in force; it is the same each time
until the key or a name is another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.authors import LOG_CHAIN
from ledger.log.canonical import format_canonical
from ledger.log.errors import UnknownChainError
from ledger.log.keys import chain_keys
from ledger.log.log_keys import read_log_keys
from ledger.log.memory import open_signer
from ledger.log.queries import StoredTiles, read_identity
from ledger.log.tables import LogEntry, LogKey
from ledger.log.tiles import TileReader
from ledger.trace.bundles.evidence import Evidence, gather_evidence
from ledger.trace.bundles.integrity import check_evidence
from ledger.trace.credentials.dids import (
    DidKey,
    did_document,
    issuer_did,
    operator_did,
    token_method,
    verification_method,
)
from ledger.trace.credentials.places import read_place, set_positions
from ledger.trace.credentials.status_lists import StatusPurpose, build_status_list, list_url
from ledger.trace.credentials.untp_0_7 import SealedLot, build_product_passport
from ledger.trace.credentials.verifying import CONTENT_TYPE, MEDIA_TYPE
from ledger.trace.errors import BundleError, NoCredentialError, UnknownLotError
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import (
    LotSealed,
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
)
from ledger.trace.identifiers import is_organisation_code, parse_identifier, path_of
from ledger.trace.passports.passport import build_passport
from ledger.trace.units import local_day
from signing.data_integrity import add_proof
from signing.jose import sign_jws
from signing.keys import NamedKey
from signing.vault import Vault

_REGISTERS = (OrganisationRegistered, PlaceRegistered, ProductRegistered)


@dataclass(frozen=True, slots=True)
class WantedList:
    """One of an organisation's status lists."""

    organisation: str
    purpose: StatusPurpose
    number: int


@dataclass(frozen=True, slots=True)
class StatusList:
    """A signed status list: the indexes that are set, when it was signed, and its two forms."""

    positions: tuple[int, ...]
    signed_at: datetime
    embedded: bytes
    token: str


def lot_credential(session: Session, lot: str) -> bytes:
    """The credential that a lot's seal names, as the canonical JSON of which the seal has the digest.

    Raises ``UnknownLotError``; ``NoCredentialError`` for a lot that is not sealed or whose credential is not
    kept here; ``BundleError`` when the entries of the lot do not verify.
    """
    evidence, _ = _sealed(session, lot)
    return format_canonical(evidence.credential)


def lot_vc_jwt(session: Session, vault: Vault, lot: str) -> str:
    """The sealed lot as UNTP Digital Product Passport in a token (``application/vc+jwt``, W3C vc-jose-cose).

    Raises like ``lot_credential``, and ``NoCredentialError`` for an organisation that signs no more.
    """
    evidence, entries = _sealed(session, lot)
    seal = next(item for item in entries if item.index == evidence.sealed_index)
    statement = seal.statement
    if not isinstance(statement, LotSealed) or statement.credential is None:
        raise NoCredentialError(f"the seal of {lot} names no credential")
    base, organisation = read_identity(session).id_base, seal.record.chain_id
    signer, since = _signer(session, vault, organisation)
    sealed_at = seal.record.recorded_at
    did = issuer_did(base, organisation)
    document = build_product_passport(
        SealedLot(
            passport=build_passport(lot, entries, local_day(sealed_at)),
            did=did,
            public_url=base,
            page=f"{base}{path_of(parse_identifier(lot))}",
            digest=statement.credential,
            place=read_place(session, lot, statement.credential),
            sealed_at=sealed_at,
        )
    )
    said_at = max(item.record.recorded_at for item in entries)
    return _token(document, signer, did, max(said_at, since))


def status_list(
    session: Session, vault: Vault, wanted: WantedList, *, positions: tuple[int, ...], now: datetime
) -> StatusList:
    """A status list with these bits set, signed ``now`` (aware), in both forms.

    Raises ``NoCredentialError`` for an organisation that signs no more.
    """
    signer, _ = _signer(session, vault, wanted.organisation)
    base = read_identity(session).id_base
    did = issuer_did(base, wanted.organisation)
    url = list_url(base, wanted.organisation, wanted.purpose, wanted.number)
    document = build_status_list(did, url, wanted.purpose, positions, now)
    method = verification_method(did, signer.private_key.public_key)
    embedded = add_proof(document, signer.private_key, method, now)
    return StatusList(positions, now, format_canonical(embedded), _token(document, signer, did, now))


def status_positions(session: Session, wanted: WantedList) -> tuple[int, ...]:
    """The indexes that are set in a list now, ascending. Raises ``NoCredentialError`` for no such list."""
    return set_positions(session, wanted.organisation, wanted.number, wanted.purpose)


def organisation_did_document(session: Session, organisation: str) -> dict[str, Any]:
    """The keys of an organisation, oldest first, revoked ones with the moment. Raises ``UnknownLotError``.

    Keys that its devices hold are left out: they sign answers for the log, and no credentials.
    """
    if not is_organisation_code(organisation):
        raise UnknownLotError(organisation)
    identity = read_identity(session)
    keys = _did_keys(session, organisation, f"{identity.origin}/{organisation}")
    if not keys:
        raise UnknownLotError(organisation)
    return did_document(issuer_did(identity.id_base, organisation), keys)


def operator_did_document(session: Session, log_url: str) -> dict[str, Any]:
    """Who runs this server: where the log is, and its keys, which sign checkpoints and no credentials."""
    identity = read_identity(session)
    did = operator_did(identity.id_base)
    keys = _did_keys(session, LOG_CHAIN, identity.origin)
    keys = keys or tuple(DidKey(key.public_key) for key in read_log_keys(session))
    service = {"id": f"{did}#log", "type": "TransparencyLog", "serviceEndpoint": log_url}
    return did_document(did, keys, services=(service,), asserts=False)


def _sealed(session: Session, lot: str) -> tuple[Evidence, tuple[Parsed, ...]]:
    """What proves a sealed lot, verified just now; its entries up to the seal, and what was renamed since."""
    evidence = gather_evidence(session, lot)
    if evidence.sealed_index is None or evidence.credential is None:
        raise NoCredentialError(f"{lot} has no credential")
    checkpoint_key = read_log_keys(session)[0]
    checked = check_evidence(evidence, checkpoint_key, TileReader(StoredTiles(session)))
    if not checked.integrity.ok:
        failed = checked.integrity
        raise BundleError(failed.step or 0, failed.name or "", failed.message)
    last = evidence.sealed_index
    # Of a register only the latest statement is at hand, and it may be younger than the seal.
    said = [item for item in checked.entries if item.index <= last or isinstance(item.statement, _REGISTERS)]
    return evidence, tuple(said)


def _signer(session: Session, vault: Vault, organisation: str) -> tuple[NamedKey, datetime]:
    """The organisation's key of today, and since when it is one."""
    try:
        signer = open_signer(session, vault, read_identity(session).origin, organisation)
    except UnknownChainError as error:
        message = f"{organisation} holds no key here"
        raise NoCredentialError(message, sentence="Đơn vị này không còn ký chứng thư.") from error
    added = (
        select(LogEntry.recorded_at)
        .join(LogKey, LogKey.valid_from == LogEntry.index)
        .where(LogKey.chain_id == organisation, LogKey.public_key == signer.private_key.public_key)
        .order_by(LogEntry.index.desc())
    )
    return signer, session.scalars(added.limit(1)).one()


def _token(document: dict[str, Any], signer: NamedKey, did: str, signed_at: datetime) -> str:
    payload = format_canonical(document | {"iat": int(signed_at.timestamp())})
    method = token_method(did, signer.private_key.public_key)
    return sign_jws(payload, signer.private_key, key=method, type_=MEDIA_TYPE, content_type=CONTENT_TYPE)


def _did_keys(session: Session, chain_id: str, name: str) -> tuple[DidKey, ...]:
    held = [item for item in chain_keys(session, chain_id) if item.key.name == name]
    # The last entry that a key may sign is its own revocation.
    revocations = [item.valid_until - 1 for item in held if item.valid_until is not None]
    rows = session.execute(
        select(LogEntry.index, LogEntry.recorded_at).where(LogEntry.index.in_(revocations))
    ).all()
    moments: dict[int, datetime] = {row[0]: row[1] for row in rows}
    # A key that came back after its revocation counts as what it is now.
    found = {
        item.key.public_key: None if item.valid_until is None else moments[item.valid_until - 1]
        for item in held
    }
    return tuple(DidKey(public_key, revoked_at) for public_key, revoked_at in found.items())
