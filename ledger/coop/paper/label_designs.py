"""The cooperative's own label designs: HTML and CSS in versions that are never changed.

A job names one version, so that its labels come out the same years later. Whether a design can be drawn
sharply is checked by the room that draws, before it is saved; here only what no design could be is refused.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.paper.print_specs import OWN_DESIGN
from ledger.coop.paper.print_tables import LabelDesignRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

MAX_DESIGNS = 50
"""Designs that one cooperative may have on offer."""
MAX_VERSIONS = 1000
"""Versions of one design."""
MAX_SOURCE_BYTES = 200_000
"""UTF-8 bytes of the HTML, and of the CSS; pictures inside are ``data:`` URLs."""
MAX_SIDE_MM = Decimal(420)

# Controls, formats, surrogates, private use, unassigned: as in the texts people write (``trace.texts``).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class SaveDesign(Command):
    """A design under a ``name`` (a code); saved again under its name it is the next version."""

    name: str
    title_vi: str
    html: str
    css: str
    width_mm: Decimal
    height_mm: Decimal


@dataclass(frozen=True, slots=True)
class RetireDesign(Command):
    """A design that is to be offered no more; jobs that name it still print."""

    name: str


@dataclass(frozen=True, slots=True)
class DesignCard:
    """A design as lists show it. Jobs name it ``spec_name``."""

    id: str
    name: str
    version: int
    title_vi: str
    width_mm: Decimal
    height_mm: Decimal
    created_at: datetime

    @property
    def spec_name(self) -> str:
        """What ``PrintSpec.design`` says for this version."""
        return f"{OWN_DESIGN}{self.id}"


@dataclass(frozen=True, slots=True)
class OwnDesign:
    """One version of a design, whole. ``is_retired``: no longer offered."""

    card: DesignCard
    html: str
    css: str
    is_retired: bool


@use_case(PACKING)
def save_design(unit: Unit, actor: Actor, command: SaveDesign) -> DesignCard:
    """Keep a new version of a design; the very same content again is no new version.

    Raises ``CommandError``.
    """
    asked = _checked(command)
    newest = _newest(unit.session, actor, asked.name)
    if newest is None or newest.retired_at is not None:
        _check_room(unit.session, actor)
    if newest is not None and _content(newest) == _content(asked):
        newest.retired_at = None
        return _card(newest)
    row = _row(unit, actor, asked, 1 if newest is None else newest.version + 1)
    unit.session.add(row)
    unit.session.flush()
    return _card(row)


@use_case(PACKING)
def retire_design(unit: Unit, actor: Actor, command: RetireDesign) -> DesignCard:
    """Offer a design no more; gives its newest version. Raises ``NotFoundError``."""
    newest = _newest(unit.session, actor, command.name)
    if newest is None or newest.retired_at is not None:
        raise NotFoundError("mẫu tem", command.name)
    card = _card(newest)
    unit.session.execute(
        update(LabelDesignRow)
        .where(*_named(actor, command.name), LabelDesignRow.retired_at.is_(None))
        .values(retired_at=unit.now)
    )
    return card


def list_designs(session: Session, actor: Actor) -> tuple[DesignCard, ...]:
    """The newest version of every design that the organisation offers, by name."""
    rows = session.execute(
        _CARDS.where(LabelDesignRow.organisation == actor.organisation, LabelDesignRow.retired_at.is_(None))
    )
    newest: dict[str, DesignCard] = {}
    for row in rows:
        newest.setdefault(row.name, DesignCard(*row))
    return tuple(newest.values())


def list_versions(session: Session, actor: Actor, name: str) -> tuple[DesignCard, ...]:
    """Every version of a design, newest first; empty when there is none."""
    return tuple(DesignCard(*row) for row in session.execute(_CARDS.where(*_named(actor, name))))


def find_design(session: Session, actor: Actor, design_id: str) -> OwnDesign:
    """One version of a design, also an old or retired one. Raises ``NotFoundError``."""
    row = session.get(LabelDesignRow, design_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("mẫu tem", design_id)
    return OwnDesign(_card(row), row.html, row.css, row.retired_at is not None)


# The sources are not read along: a list of designs may stand for megabytes of them.
_CARDS = select(
    LabelDesignRow.id,
    LabelDesignRow.name,
    LabelDesignRow.version,
    LabelDesignRow.title_vi,
    LabelDesignRow.width_mm,
    LabelDesignRow.height_mm,
    LabelDesignRow.created_at,
).order_by(LabelDesignRow.name, LabelDesignRow.version.desc())


def _named(actor: Actor, name: str) -> tuple[ColumnElement[bool], ...]:
    return LabelDesignRow.organisation == actor.organisation, LabelDesignRow.name == name


def _newest(session: Session, actor: Actor, name: str) -> LabelDesignRow | None:
    return session.scalar(
        select(LabelDesignRow).where(*_named(actor, name)).order_by(LabelDesignRow.version.desc()).limit(1)
    )


def _checked(command: SaveDesign) -> SaveDesign:
    checks = Checks()
    name = checks.code("name", "mã mẫu tem", command.name)
    title_vi = checks.text("title_vi", "tên mẫu tem", command.title_vi, 80)
    html = _source(checks, "html", "HTML", command.html)
    if not html.strip():
        checks.refuse("html", "Hãy ghi phần HTML của mẫu tem.")
    css = _source(checks, "css", "CSS", command.css)
    sides = {"width_mm": ("bề ngang", command.width_mm), "height_mm": ("bề dọc", command.height_mm)}
    for field, (label_vi, side_mm) in sides.items():
        checks.amount(field, label_vi, side_mm)
        if side_mm.is_finite() and side_mm > MAX_SIDE_MM:
            checks.refuse(field, f"Phần {label_vi} của mẫu tem tối đa {MAX_SIDE_MM} mm.")
    checks.finish()
    return replace(command, name=name, title_vi=title_vi, html=html, css=css)


def _source(checks: Checks, field: str, label_vi: str, text: str) -> str:
    """The source with one kind of line end; what no database keeps and nobody sees is refused."""
    source = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if any(unicodedata.category(mark) in _UNSEEN and mark not in "\n\t" for mark in source):
        checks.refuse(field, f"Phần {label_vi} có ký tự không nhìn thấy. Hãy xóa đi gõ lại.")
        return ""
    size = len(source.encode())
    if size > MAX_SOURCE_BYTES:
        limit = f"{MAX_SOURCE_BYTES // 1000} KB"
        checks.refuse(field, f"Phần {label_vi} dài {size // 1000} KB, tối đa {limit}. Hãy dùng ảnh nhỏ hơn.")
    return source


def _check_room(session: Session, actor: Actor) -> None:
    if len(list_designs(session, actor)) >= MAX_DESIGNS:
        sentence = f"Hợp tác xã đã có {MAX_DESIGNS} mẫu tem. Hãy cất bớt mẫu không dùng nữa."
        raise CommandError(Problem("name", sentence))


def _row(unit: Unit, actor: Actor, asked: SaveDesign, version: int) -> LabelDesignRow:
    if version > MAX_VERSIONS:
        sentence = f"Mẫu này đã có {MAX_VERSIONS} bản. Hãy lưu dưới một mã khác."
        raise CommandError(Problem("name", sentence))
    return LabelDesignRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        name=asked.name,
        version=version,
        title_vi=asked.title_vi,
        html=asked.html,
        css=asked.css,
        width_mm=asked.width_mm,
        height_mm=asked.height_mm,
        account_id=actor.account_id,
        created_at=unit.now,
        retired_at=None,
    )


def _content(design: LabelDesignRow | SaveDesign) -> tuple[object, ...]:
    return design.title_vi, design.html, design.css, design.width_mm, design.height_mm


def _card(row: LabelDesignRow) -> DesignCard:
    return DesignCard(
        row.id, row.name, row.version, row.title_vi, row.width_mm, row.height_mm, row.created_at
    )
