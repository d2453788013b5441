"""Disclosures: the salts and values behind sealed fields, encrypted, outside the log.

Each organisation has a data key, and so has each person it writes about; the vault seals them. A value about
a person is encrypted under that person's key: destroying it erases all of them at once, and every proof stays
valid, because the log holds only commitments.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from ledger.inserts import Insert, Values, core_table
from ledger.log.canonical import format_canonical
from ledger.log.unit import Unit
from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory
from ledger.trace.errors import ErasedError, SealedFieldError, WrongDisclosureError
from ledger.trace.events.sealed import Disclosure
from ledger.trace.tables import DataKey, DisclosureRow
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.vault import Vault, new_data_key

ORGANISATION = ""
"""The subject of an organisation's own data key: what is not about a person."""

_AT_ONCE = 500
_INSERT = Insert(core_table(DisclosureRow), "index", "pointer", "key_id", "ciphertext")
# Nothing that waits is a data key.
_KEY = (
    select(DataKey.id, DataKey.sealed)
    .where(DataKey.organisation == bindparam("owner"), DataKey.subject == bindparam("about"))
    .execution_options(**{LETS_WAIT: True})
)


def store_disclosures(unit: Unit, index: int, organisation: str, disclosures: Sequence[Disclosure]) -> None:
    """Keep what opens the commitments of the entry at ``index``. Keys are made when first needed.

    Raises ``ErasedError`` for a person whose key was destroyed: nothing more is written about them.
    """
    memory = LotMemory.of(unit)
    rows: list[Values] = []
    for item in disclosures:
        key_id, vault = _key_for_writing(unit, memory, organisation, item.subject or ORGANISATION)
        plaintext = _disclosed(item)
        rows.append((index, item.pointer, key_id, vault.seal(plaintext, _purpose(index, item.pointer))))
    if rows:
        memory.add(_INSERT, rows)


def read_disclosures(session: Session, vault: Vault, index: int) -> tuple[Disclosure, ...]:
    """What can be disclosed of the entry at ``index``, by pointer; erased values are left out.

    Raises ``WrongDisclosureError`` for changed rows, and under another master key.
    """
    return read_all_disclosures(session, vault, (index,)).get(index, ())


def read_all_disclosures(
    session: Session, vault: Vault, indexes: Sequence[int]
) -> dict[int, tuple[Disclosure, ...]]:
    """``read_disclosures`` of many entries with one query."""
    found: dict[int, tuple[Disclosure, ...]] = {}
    for index, rows in open_rows(session, vault, indexes).items():
        for opened in rows.values():
            if isinstance(opened, WrongDisclosureError):
                raise opened
        found[index] = tuple(opened for opened in rows.values() if isinstance(opened, Disclosure))
    return found


def open_rows(
    session: Session, vault: Vault, indexes: Sequence[int]
) -> dict[int, dict[str, Disclosure | WrongDisclosureError | None]]:
    """Every stored row of these entries, index → pointer → what it opens to; ``None`` where it was erased."""
    rows = session.execute(
        select(
            DisclosureRow.index,
            DisclosureRow.pointer,
            DisclosureRow.ciphertext,
            DataKey.organisation,
            DataKey.subject,
            DataKey.sealed,
        )
        .join(DataKey, DataKey.id == DisclosureRow.key_id, isouter=True)
        .where(DisclosureRow.index.in_(indexes))
        .order_by(DisclosureRow.index, DisclosureRow.pointer)
    )
    found: dict[int, dict[str, Disclosure | WrongDisclosureError | None]] = {}
    for index, pointer, ciphertext, organisation, subject, sealed in rows:
        opened: Disclosure | WrongDisclosureError | None = None
        if cast("str | None", organisation) is None:
            opened = WrongDisclosureError(f"entry {index}: its data key is missing", pointer=pointer)
        elif sealed is not None:
            opened = _open(vault, sealed, (organisation, subject), (index, pointer), ciphertext)
        found.setdefault(index, {})[pointer] = opened
    return found


def find_disclosure(session: Session, vault: Vault, index: int, pointer: str) -> Disclosure:
    """What opens the sealed field at ``pointer`` of the entry at ``index``.

    Raises ``SealedFieldError`` where nothing is kept, ``ErasedError``, ``WrongDisclosureError``.
    """
    rows = open_rows(session, vault, (index,)).get(index, {})
    if pointer not in rows:
        raise SealedFieldError(f"nothing is kept for entry {index}", pointer=pointer)
    opened = rows[pointer]
    if opened is None:
        raise ErasedError(f"entry {index}, {pointer}")
    if isinstance(opened, WrongDisclosureError):
        raise opened
    return opened


def seal_private(unit: Unit, organisation: str, subject: str, plaintext: bytes, *, purpose: str) -> bytes:
    """Encrypt a working-book value (a name, a phone number) under the key of ``subject``.

    Raises ``ErasedError``.
    """
    return _key_for_writing(unit, LotMemory.of(unit), organisation, subject)[1].seal(plaintext, purpose)


def open_private(
    session: Session, vault: Vault, organisation: str, subject: str, sealed: bytes, *, purpose: str
) -> bytes:
    """The inverse of ``seal_private``. Raises ``ErasedError`` once the key is destroyed, ``VaultError``."""
    row = _find_key(session, organisation, subject)
    if row is None or row.sealed is None:
        raise ErasedError(subject)
    return _open_key(vault, row.sealed, organisation, subject).open(sealed, purpose)


def open_many_private(
    session: Session, vault: Vault, organisation: str, sealed: Sequence[tuple[str, bytes, str]]
) -> list[bytes | None]:
    """``open_private`` of many (subject, sealed value, purpose); ``None`` where the key was destroyed.

    All keys are read with one query for 500 subjects.
    """
    subjects = sorted({subject for subject, _, _ in sealed})
    keys: dict[str, Vault] = {}
    for start in range(0, len(subjects), _AT_ONCE):
        some = subjects[start : start + _AT_ONCE]
        asked = select(DataKey.subject, DataKey.sealed).where(
            DataKey.organisation == organisation, DataKey.subject.in_(some), DataKey.sealed.is_not(None)
        )
        for subject, key in session.execute(asked):
            if key is not None:
                keys[subject] = _open_key(vault, key, organisation, subject)
    return [
        keys[subject].open(value, purpose) if subject in keys else None for subject, value, purpose in sealed
    ]


def make_data_keys(unit: Unit, organisation: str, subjects: Sequence[str]) -> None:
    """Make the keys of subjects that never had one, with one statement, before values are sealed for them."""
    if not subjects:
        return
    sealed = [unit.vault.seal(new_data_key(), _key_purpose(organisation, subject)) for subject in subjects]
    rows = [
        {"organisation": organisation, "subject": subject, "sealed": key, "created_at": unit.now}
        for subject, key in zip(subjects, sealed, strict=True)
    ]
    statement = insert(DataKey).returning(DataKey.id, sort_by_parameter_order=True)
    ids = unit.session.connection().execute(statement, rows).scalars().all()
    known = LotMemory.of(unit).data_keys
    for subject, key, key_id in zip(subjects, sealed, ids, strict=True):
        known[organisation, subject] = (key_id, _open_key(unit.vault, key, organisation, subject))


def destroy_key(unit: Unit, organisation: str, subject: str) -> int:
    """Destroy the key of ``subject`` for ever; how many disclosures it covered.

    Only the key goes: ciphertexts without it are noise. Raises ``ErasedError`` when there is none to destroy.
    """
    row = _find_key(unit.session, organisation, subject)
    if row is None or row.sealed is None:
        raise ErasedError(subject)
    unit.session.execute(
        update(DataKey).where(DataKey.id == row.id).values(sealed=None, destroyed_at=unit.now)
    )
    _open_key.cache_clear()
    LotMemory.of(unit).data_keys.clear()
    covered = select(func.count()).select_from(DisclosureRow).where(DisclosureRow.key_id == row.id)
    return int(unit.session.execute(covered).scalar_one())


def copy_erased(unit: Unit, index: int, copy_index: int) -> None:
    """What is erased at ``index`` is erased at ``copy_index`` too: rows that no key will ever open."""
    rows = unit.session.execute(
        select(DisclosureRow.pointer, DisclosureRow.key_id)
        .join(DataKey, DataKey.id == DisclosureRow.key_id)
        .where(DisclosureRow.index == index, DataKey.sealed.is_(None))
    )
    erased = [(copy_index, pointer, key_id, b"") for pointer, key_id in rows]
    if erased:
        LotMemory.of(unit).add(_INSERT, erased)


def _disclosed(item: Disclosure) -> bytes:
    """The canonical JSON of an object with the members ``salt`` and ``value``, which stand in that order."""
    return b'{"salt":"%b","value":%b}' % (format_base64(item.salt).encode(), format_canonical(item.value))


def _key_for_writing(unit: Unit, memory: LotMemory, organisation: str, subject: str) -> tuple[int, Vault]:
    known = memory.data_keys
    if (organisation, subject) not in known:
        known[organisation, subject] = _find_or_make_key(unit, organisation, subject)
    return known[organisation, subject]


def _find_or_make_key(unit: Unit, organisation: str, subject: str) -> tuple[int, Vault]:
    row = _find_key(unit.session, organisation, subject)
    if row is None:
        sealed = unit.vault.seal(new_data_key(), _key_purpose(organisation, subject))
        key_id = unit.session.execute(
            insert(DataKey)
            .values(organisation=organisation, subject=subject, sealed=sealed, created_at=unit.now)
            .returning(DataKey.id)
        ).scalar_one()
        return key_id, _open_key(unit.vault, sealed, organisation, subject)
    if row.sealed is None:
        raise ErasedError(subject)
    return row.id, _open_key(unit.vault, row.sealed, organisation, subject)


def _find_key(session: Session, organisation: str, subject: str) -> Any:
    return session.connection().execute(_KEY, {"owner": organisation, "about": subject}).one_or_none()


@lru_cache(maxsize=1024)
def _open_key(vault: Vault, sealed: bytes, organisation: str, subject: str) -> Vault:
    return Vault(vault.open(sealed, _key_purpose(organisation, subject)))


def _open(
    vault: Vault, sealed: bytes, owner: tuple[str, str], place: tuple[int, str], ciphertext: bytes
) -> Disclosure | WrongDisclosureError:
    index, pointer = place
    try:
        body = orjson.loads(_open_key(vault, sealed, *owner).open(ciphertext, _purpose(index, pointer)))
        return Disclosure(pointer, parse_base64(body["salt"]), body["value"], owner[1] or None)
    except (SigningError, KeyError, TypeError, ValueError) as error:
        return WrongDisclosureError(f"entry {index}: {error}", pointer=pointer)


def _key_purpose(organisation: str, subject: str) -> str:
    return f"ledger.trace/data-key/{organisation}/{subject}"


def _purpose(index: int, pointer: str) -> str:
    # Bound to its place: a row moved to another entry or pointer does not open.
    return f"ledger.trace/disclosure/{index}{pointer}"
