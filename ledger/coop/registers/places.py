"""Plots, ponds, barns, workshops and stores: where work is done."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.tables import PlaceRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.events.statements import PlaceRegistered
from ledger.trace.identifiers import place_uri

PLACE_KINDS = (
    "plot",
    "greenhouse",
    "orchard",
    "forest",
    "pond",
    "cage",
    "barn",
    "apiary",
    "workshop",
    "store",
)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RegisterPlace(Command):
    """A place. ``latitude`` and ``longitude`` are published to 2 decimals of a degree: about a kilometre."""

    name: str
    kind: str
    province: str
    commune: str
    code: str | None = None
    area_m2: Decimal | None = None
    growing_area_code: str | None = None
    perennial_since: date | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A registered place: its URI, code, name, kind and area in m²."""

    uri: str
    code: str
    name: str
    kind: str
    area_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place about to be registered: its code, and what the log will say of it."""

    code: str
    statement: PlaceRegistered

    @property
    def place(self) -> Place:
        """The place as the books will know it."""
        said = self.statement
        return Place(said.place, self.code, said.name, said.kind, said.area_m2)


@use_case(OFFICE)
def register_place(unit: Unit, actor: Actor, command: RegisterPlace) -> Place:
    """Register a place, publicly and in the books; its code is the next free number when none is given.

    Raises ``CommandError``, ``AlreadyExistsError``.
    """
    code = command.code or _next_code(unit.session, actor.organisation)
    statement = describe_place(unit.id_base, actor.organisation, command, code)
    if unit.session.get(PlaceRow, (actor.organisation, statement.code)) is not None:
        raise AlreadyExistsError("nơi sản xuất", statement.code)
    return write_place(unit, actor, statement)


def describe_place(id_base: str, organisation: str, command: RegisterPlace, code: str) -> NewPlace:
    """What is to be stated of the place that will have ``code``. Raises ``CommandError``. Pure."""
    checks = Checks()
    name = checks.text("name", "tên nơi sản xuất", command.name, 120)
    kind = checks.word("kind", "loại nơi sản xuất", command.kind, PLACE_KINDS)
    province = checks.text("province", "tỉnh", command.province, 80)
    commune = checks.text("commune", "xã, phường", command.commune, 80)
    area_m2 = checks.optional_amount("area_m2", "diện tích", command.area_m2)
    growing_area_code = checks.optional_text(
        "growing_area_code", "mã vùng trồng", command.growing_area_code, 60
    )
    code = checks.code("code", "mã nơi", code)
    latitude = _coarse(checks, "latitude", command.latitude, 90)
    longitude = _coarse(checks, "longitude", command.longitude, 180)
    checks.finish()
    statement = PlaceRegistered(
        place=place_uri(id_base, organisation, code),
        name=name,
        kind=kind,
        province=province,
        commune=commune,
        area_m2=area_m2,
        growing_area_code=growing_area_code,
        perennial_since=command.perennial_since,
        latitude=latitude,
        longitude=longitude,
    )
    return NewPlace(code, statement)


def write_place(unit: Unit, actor: Actor, new: NewPlace) -> Place:
    """Put a place into the log and the books whose code is known to be free."""
    capture_statement(unit, actor.organisation, new.statement)
    place = new.place
    row = PlaceRow(
        organisation=actor.organisation,
        code=place.code,
        uri=place.uri,
        name=place.name,
        kind=place.kind,
        area_m2=place.area_m2,
    )
    unit.session.add(row)
    return place


def find_place(session: Session, organisation: str, code: str) -> Place:
    """The organisation's place with this code. Raises ``NotFoundError``."""
    row = session.get(PlaceRow, (organisation, code))
    if row is None:
        raise NotFoundError("nơi sản xuất", code)
    return _place(row)


def list_places(session: Session, organisation: str) -> tuple[Place, ...]:
    """The organisation's places, in the order of their codes."""
    rows = session.scalars(
        select(PlaceRow).where(PlaceRow.organisation == organisation).order_by(PlaceRow.code)
    )
    return tuple(_place(row) for row in rows)


def _next_code(session: Session, organisation: str) -> str:
    used = session.scalar(select(func.count()).where(PlaceRow.organisation == organisation)) or 0
    while session.get(PlaceRow, (organisation, f"N{used + 1:02d}")) is not None:
        used += 1
    return f"N{used + 1:02d}"


def _coarse(checks: Checks, field: str, degrees: Decimal | None, limit: int) -> Decimal | None:
    if degrees is None:
        return None
    if not degrees.is_finite() or abs(degrees) > limit:
        checks.refuse(field, f"Tọa độ phải nằm giữa -{limit} và {limit} độ.")
        return None
    return degrees.quantize(_HUNDREDTH).normalize()


def _place(row: PlaceRow) -> Place:
    return Place(row.uri, row.code, row.name, row.kind, row.area_m2)
