"""A small cooperative for tests: it opens a season, harvests, sorts, packs, seals, ships."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ledger.audit.fsck import Finding, fsck
from ledger.database import Database
from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.unit import Receipt
from ledger.trace.capture import capture_event, capture_statement
from ledger.trace.events.sealed import SealRule
from ledger.trace.events.statements import (
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
    StampsActivated,
    Statement,
)
from ledger.trace.fsck import TraceCheck
from ledger.trace.identifiers import lot_uri, new_event_id, new_organisation_code, place_uri, product_uri
from ledger.trace.queries import CheckedPassport, passport_of
from ledger.trace.sealing import Sealed, seal_lot
from ledger.trace.units import format_json_number, local_day
from signing.keys import PrivateKey
from signing.vault import Vault
from tests.support.tampering import tamper

BASE = "http://127.0.0.1:8000"
ORIGIN = "so.example.vn/goc"
START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
NOTICE = {
    "reason": "Dư lượng thuốc vượt ngưỡng",
    "scope": "Toàn bộ lô",
    "decided_by": "Giám đốc hợp tác xã",
    "instruction": "Trả lại nơi mua",
    "contact": "0259 388 1122",
}
"""What a recall says."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Story:
    """What ``Farm.story`` made."""

    season: str
    first: str
    second: str
    graded: str
    pack: str
    sealed: Sealed
    activated_index: int


class Farm:
    """One organisation with its own chain in a log. ``day`` counts from the season's first day."""

    def __init__(self, database: Database, *, seed: int = 1, beside: "Farm | None" = None) -> None:
        self.random = random.Random(seed)
        self.code = new_organisation_code(self.random)
        if beside is None:
            self.clock = Clock(START)
            self.vault = Vault(bytes(range(32)))
            self.ledger = Ledger.create(
                database,
                self.vault,
                origin=ORIGIN,
                id_base=BASE,
                clock=self.clock,
                log_key=PrivateKey.from_seed(bytes([7]) * 32),
            )
        else:
            self.clock, self.vault, self.ledger = beside.clock, beside.vault, beside.ledger
        key = PrivateKey.from_seed(self.random.randbytes(32))
        self.ledger.write(open_chain, self.code, private_key=key)
        self.place = place_uri(BASE, self.code, "VUON1")
        self.product = product_uri(BASE, self.code, "NHO")

    # -- working ---------------------------------------------------------------------------------------

    def write(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.ledger.write(use_case, *args, **kwargs)

    def read(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.ledger.read(query, *args, **kwargs)

    def capture(self, event: Mapping[str, Any], **options: Any) -> Receipt:
        """Capture one event in a unit of its own; the clock follows the event."""
        done_at = datetime.fromisoformat(event["eventTime"])
        self.clock.now = max(self.clock.now, done_at)
        return self.write(capture_event, self.code, event, **options)

    def state(self, statement: Statement, **options: Any) -> Receipt:
        return self.write(capture_statement, self.code, statement, **options)

    def findings(self) -> list[Finding]:
        """What fsck says of the log and of everything derived from it."""
        with self.ledger.database.reading() as session:
            return list(fsck(session, projection_checks=[TraceCheck(session, self.vault)]))

    def check(self) -> None:
        """Fail unless the log is whole and every row of this room follows from it."""
        findings = self.findings()
        assert not findings, "\n".join(map(str, findings))

    def tamper(self, *statements: Any) -> None:
        """Change rows behind the program's back."""
        tamper(self.ledger.database, *statements)

    def passport(self, lot: str, today: date | None = None) -> CheckedPassport:
        """The passport, as shown on a day (the clock's)."""
        return self.read(passport_of, lot, today or local_day(self.clock.now), log_key=self.ledger.vkey)

    def story(self) -> "Story":
        """A season with a diary, two harvests, sorting, packs, seal, stamps, shipping."""
        self.register()
        season, _ = self.season()
        for day in (5, 12, 20):
            self.diary(season, day)
        first, _ = self.harvest(season, "261001-1", 100, 30)
        self.diary(season, 30.5)
        second, _ = self.harvest(season, "261002-1", "50.5", 31)
        (graded,), _ = self.sort([(first, 60), (second, "50.5")], [("261003-1", 105)], 32)
        pack, _ = self.pack([(graded, 100)], "261004-1", 200, 33)
        sealed = self.write(seal_lot, pack)
        activated = self.state(StampsActivated(lot=pack, first=1001, last=1100))
        self.ship(pack, 50, 34)
        return Story(season, first, second, graded, pack, sealed, activated.index)

    # -- what it says ----------------------------------------------------------------------------------

    def lot(self, code: str, product: str = "NHO") -> str:
        return lot_uri(BASE, self.code, product, code)

    def register(self, *, name: str = "Nho xanh") -> None:
        self.state(
            OrganisationRegistered(
                organisation=self.code,
                name="HTX Nho Đồi Mây",
                kind="cooperative",
                address="Thôn Hiệp Hòa",
                province="Ninh Thuận",
                commune="Phước Thuận",
                phone="0259 3 000 000",
            )
        )
        self.state(
            PlaceRegistered(
                place=self.place,
                name="Vườn nho số 1",
                kind="plot",
                province="Ninh Thuận",
                commune="Phước Thuận",
                area_m2=Decimal(2000),
            )
        )
        self.state(self.product_statement(name=name))

    def product_statement(self, *, name: str) -> ProductRegistered:
        return ProductRegistered(
            product=self.product, code="NHO", name=name, template="fruit_nho", origin="Ninh Thuận, Việt Nam"
        )

    def event(self, kind: str, biz_step: str, day: float, **members: Any) -> dict[str, Any]:
        done_at = START + timedelta(days=day)
        return {
            "type": kind,
            "eventID": new_event_id(self.random),
            "eventTime": done_at.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+07:00",
            "bizStep": biz_step,
            "readPoint": {"id": self.place},
            "bizLocation": {"id": self.place},
            **members,
        }

    def season(self, code: str = "V260901-1", day: float = 0) -> tuple[str, Receipt]:
        lot = self.lot(code)
        event = self.event(
            "ObjectEvent",
            "sogoc:season_opening",
            day,
            action="ADD",
            quantityList=[{"epcClass": lot}],
            **{"sogoc:step": "season_open", "sogoc:template": "fruit_nho", "sogoc:fields": {}},
        )
        return lot, self.capture(event)

    def diary(self, lot: str, day: float, step: str = "fertilising", **fields: Any) -> Receipt:
        event = self.event(
            "ObjectEvent",
            f"sogoc:{step}",
            day,
            action="OBSERVE",
            quantityList=[{"epcClass": lot}],
            **{
                "sogoc:step": step,
                "sogoc:template": "fruit_nho",
                "sogoc:fields": {"method": "root", **fields, "done_by": "TV-07"},
                "sogoc:evidence": "self",
            },
        )
        return self.capture(event, sealed=(SealRule("/sogoc:fields/done_by", "TV-07"),))

    def transformation(
        self,
        biz_step: str,
        day: float,
        inputs: Sequence[tuple[str, Any]],
        outputs: Sequence[tuple[str, Any]],
        *,
        step: str = "sorting",
        uom: str | None = "KGM",
        fields: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return self.event(
            "TransformationEvent",
            biz_step,
            day,
            disposition="active",
            inputQuantityList=[amount(lot, quantity, "KGM") for lot, quantity in inputs],
            outputQuantityList=[amount(lot, quantity, uom) for lot, quantity in outputs],
            **{"sogoc:step": step, "sogoc:template": "fruit_nho", "sogoc:fields": dict(fields or {})},
        )

    def harvest(self, season: str, code: str, weight_kg: Any, day: float) -> tuple[str, Receipt]:
        lot = self.lot(code)
        event = self.transformation(
            "sogoc:harvesting", day, [(season, None)], [(lot, weight_kg)], step="harvest",
            fields={"quantity": str(weight_kg)},
        )  # fmt: skip
        return lot, self.capture(event)

    def sort(
        self, inputs: Sequence[tuple[str, Any]], outputs: Sequence[tuple[str, Any]], day: float
    ) -> tuple[list[str], Receipt]:
        made = [(self.lot(code), weight) for code, weight in outputs]
        receipt = self.capture(self.transformation("sogoc:sorting", day, inputs, made))
        return [lot for lot, _ in made], receipt

    def pack(
        self, inputs: Sequence[tuple[str, Any]], code: str, packs: int, day: float, net_g: int = 500
    ) -> tuple[str, Receipt]:
        lot = self.lot(code)
        packed_on = (START + timedelta(days=day)).date()
        fields = {
            "net_per_pack": str(net_g),
            "pack_count": str(packs),
            "pack_type": "box",
            "packed_on": packed_on.isoformat(),
            "expires_on": (packed_on + timedelta(days=30)).isoformat(),
        }
        event = self.transformation(
            "packing", day, inputs, [(lot, packs)], step="packing", uom=None, fields=fields
        )
        return lot, self.capture(event)

    def ship(self, lot: str, packs: int, day: float) -> Receipt:
        event = self.event(
            "ObjectEvent",
            "shipping",
            day,
            action="OBSERVE",
            disposition="in_transit",
            quantityList=[{"epcClass": lot, "quantity": packs}],
            destinationList=[
                {"type": "possessing_party", "destination": f"{BASE}/{self.code}/sd/{self.code}"}
            ],
            **{
                "sogoc:step": "shipping",
                "sogoc:template": "fruit_nho",
                "sogoc:fields": {"to_province": "Lâm Đồng"},
            },
        )
        rules = (SealRule("/destinationList"), SealRule("/quantityList/0/quantity"))
        return self.capture(event, sealed=rules)


def amount(lot: str, quantity: Any, uom: str | None) -> dict[str, Any]:
    """A quantity element of EPCIS; without quantity it only names the lot."""
    if quantity is None:
        return {"epcClass": lot}
    element = {"epcClass": lot, "quantity": format_json_number(Decimal(str(quantity)))}
    return element if uom is None else {**element, "uom": uom}
