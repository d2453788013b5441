"""What a check of many codes found: a colour for each, and what the lots are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from ledger.trace.passports.verdicts import Verdict


class Tone(StrEnum):
    """What to do with a pack: take it, look again, or leave it."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"


TONES: Mapping[Verdict, Tone] = MappingProxyType(
    {
        Verdict.VALID: Tone.GOOD,
        Verdict.SEEN_OFTEN: Tone.CAUTION,
        Verdict.NOT_ACTIVATED: Tone.CAUTION,
        Verdict.EXPIRED: Tone.BAD,
        Verdict.VOIDED: Tone.BAD,
        Verdict.RECALLED: Tone.BAD,
        Verdict.UNKNOWN: Tone.BAD,
        Verdict.TAMPERED: Tone.BAD,
    }
)


class Holder(StrEnum):
    """Who answers for a lot's goods now, as somebody at a desk sees it."""

    OURS = "ours"
    COMING = "coming"
    OTHERS = "others"
    MAKER = "maker"


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """One code of a list: ``times`` how often it stands in it, ``packs`` for how many packs it speaks.

    ``entry`` is the index of the entry that put the stamp on ``lot``, or voided it.
    """

    code: str
    verdict: Verdict
    lot: str | None = None
    entry: int | None = None
    times: int = 1
    packs: int = 1

    @property
    def tone(self) -> Tone:
        """The colour. No two packs have the same stamp: one that was scanned twice is looked at again."""
        tone = TONES[self.verdict]
        return Tone.CAUTION if tone is Tone.GOOD and self.times > 1 else tone


@dataclass(frozen=True, slots=True)
class Expected:
    """A shipment of a lot that is under way to whom the desk is: its code and how much was sent."""

    code: str
    quantity: Decimal
    uom: str | None


@dataclass(frozen=True, slots=True)
class CheckedLot:
    """A lot of which there are codes in the list. ``holders``: names of whoever else took some of it in."""

    lot: str
    code: str
    product: str
    maker: str
    expires_on: date | None
    sealed_index: int | None
    recalled_index: int | None
    holder: Holder
    holders: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A whole list, in its order, as the log stood under ``checkpoint`` (a signed note)."""

    checked_at: datetime
    checkpoint: bytes
    codes: tuple[CheckedCode, ...]
    lots: Mapping[str, CheckedLot]

    def count(self, tone: Tone) -> int:
        """How many codes have this colour."""
        return sum(1 for code in self.codes if code.tone is tone)

    def packs_of(self, lot: str) -> int:
        """For how many packs of a lot the good codes speak."""
        return sum(code.packs for code in self.codes if code.lot == lot and code.tone is Tone.GOOD)
