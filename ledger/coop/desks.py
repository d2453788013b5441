"""Where a command is looked at: a unit of work, or a reader's snapshot at a moment.

What checks a command takes a desk, so that the same words say the same about a form that is written at once
and about a file of thousands of rows that is only looked at.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, Self

from sqlalchemy.orm import Session

from signing.vault import Vault


class Desk(Protocol):
    """A moment, the database as it is then, the vault, and the base of identifiers."""

    @property
    def now(self) -> datetime:
        """UTC, in whole milliseconds."""

    @property
    def session(self) -> Session:
        """The database: at a reader's desk nothing may be written in it."""

    @property
    def vault(self) -> Vault:
        """What opens private values."""

    @property
    def id_base(self) -> str:
        """The base of the identifiers of lots, places and products."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's desk."""

    session: Session
    vault: Vault = field(repr=False)
    id_base: str
    now: datetime

    @classmethod
    def at(cls, session: Session, vault: Vault, id_base: str, moment: datetime) -> Self:
        """The desk at ``moment``, an aware time that is cut to milliseconds."""
        now = moment.astimezone(UTC)
        return cls(session, vault, id_base, now.replace(microsecond=now.microsecond // 1000 * 1000))
