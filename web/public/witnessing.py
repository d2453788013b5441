"""Who vouches for the checkpoint behind a passport, and since when: for the page and for programs. Pure."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.policies import TrustPolicy
from ledger.log.publication import Timestamp
from ledger.log.witnesses import find_cosignatures
from signing.errors import BadSignatureError
from web.formats import format_moment
from web.languages import _
from web.public.steps import STEPS, CheckStep

WITNESSES, FRESHNESS = 6, 7
"""Places of the steps 7 and 8 in their list."""


class Outsiders(NamedTuple):
    """What others left on a checkpoint: the note with their signature lines, and their timestamps."""

    note: bytes
    stamps: tuple[Timestamp, ...]


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody who vouches: the name for people, the name in the proof, the moment (UTC)."""

    title: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who cosigned and who stamped the time. ``wanted``: as many cosignatures as the log wants at least."""

    cosigned: tuple[Vouched, ...] = ()
    stamped: tuple[Vouched, ...] = ()
    wanted: int = 0
    invited: int = 0


def tell_outsiders(outsiders: Outsiders | None, policy: TrustPolicy) -> Witnessing:
    """What the page says of those whom ``policy`` names; a false line is nobody's word and is left out."""
    nobody = Witnessing((), (), policy.wanted, len(policy.witnesses))
    return nobody if outsiders is None else _tell(outsiders, policy)


@lru_cache(maxsize=64)
def _tell(outsiders: Outsiders, policy: TrustPolicy) -> Witnessing:
    _, note = parse_checkpoint_note(outsiders.note)
    cosigned = []
    for witness in policy.witnesses:
        with contextlib.suppress(BadSignatureError):
            found = find_cosignatures(note, (witness.key,))
            cosigned += [Vouched(witness.title, witness.key.name, at) for at in found.values()]
    return Witnessing(
        tuple(cosigned),
        tuple(Vouched(s.authority.replace("_", " "), s.authority, s.stamped_at) for s in outsiders.stamps),
        policy.wanted,
        len(policy.witnesses),
    )


def told_steps(witnessing: Witnessing) -> tuple[CheckStep, ...]:
    """The eleven steps; the two about others say who they are."""
    steps = list(STEPS)
    vi, en = _witness_words(witnessing)
    steps[WITNESSES] = replace(steps[WITNESSES], vi=vi, en=en)
    vi, en = _freshness_words(witnessing)
    steps[FRESHNESS] = replace(steps[FRESHNESS], vi=vi, en=en)
    return tuple(steps)


def _witness_words(witnessing: Witnessing) -> tuple[str, str]:
    if not witnessing.invited:
        return _("Bên làm chứng: sổ này chưa mời bên nào"), "Witnesses: none invited yet"
    if not witnessing.cosigned:
        return _("Bên làm chứng: đang chờ xác nhận bản ghi mới"), "Witnesses: not yet for the newest records"
    names = ", ".join(f"{who.title} ({format_moment(who.at)})" for who in witnessing.cosigned)
    count = _(
        "%(cosigned)s trên %(invited)s bên làm chứng đã xác nhận",
        cosigned=len(witnessing.cosigned),
        invited=witnessing.invited,
    )
    return f"{count}: {names}", f"{len(witnessing.cosigned)} of {witnessing.invited} witnesses cosigned"


def _freshness_words(witnessing: Witnessing) -> tuple[str, str]:
    seen = max((who.at for who in witnessing.cosigned), default=None)
    stamps = "; ".join(
        _("dấu thời gian của %(title)s: %(at)s", title=who.title, at=format_moment(who.at))
        for who in witnessing.stamped
    )
    if seen is not None:
        line = _("Độ mới: sổ được xác nhận lúc %(seen)s", seen=format_moment(seen))
        return (f"{line}; {stamps}" if stamps else line), "Freshness: when the register was last confirmed"
    if stamps:
        return _("Độ mới: %(stamps)s", stamps=stamps), "Freshness: a timestamp"
    return _("Độ mới của bản chốt sổ: chưa có bên xác nhận"), "Freshness: nobody confirms it yet"
