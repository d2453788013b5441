"""Orders of the grape cooperative: one in every state, a team that works through them, a roll of stamps."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.orders.accepting import (
    AgreeOrder,
    DeclineOrder,
    TeamAnswer,
    accept_order,
    agree_order,
    decline_order,
)
from ledger.coop.orders.allotment_checks import LinePortion
from ledger.coop.orders.allotting import AllotOrder, allot_order
from ledger.coop.orders.cancelling import CancelOrder, cancel_order
from ledger.coop.orders.delivering import (
    Counted,
    PackOrder,
    ReceiveOrder,
    ShipOrder,
    pack_order,
    receive_order,
    ship_order,
)
from ledger.coop.orders.payments import SavePaymentAccount, save_payment_account
from ledger.coop.orders.teams import SaveTeam, save_team
from ledger.coop.orders.writing import OrderLine, WriteOrder, write_order
from ledger.coop.packing_at_once import PackWithRoll, pack_with_roll
from ledger.coop.stamps.stamp_holders import AssignRoll, assign_roll
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.trace.events.flows import EACH, KILOGRAM
from web.demo.cast import BANK_HOLDER, CANTEEN, CANTEEN_BOXES, GRAPES, STREET_BOXES, STREET_SHOP
from web.demo.people import Crew, partner
from web.demo.stage import Chapter, PackedLot, Stage, Thing
from web.demo.stamping import ROLL

ROLL_STAMPS, PACKS = 2000, 800
BOX_PRICE, LOOSE_PRICE = 45_000, 62_000
_BANK, _NUMBER = "970405", "00000000"  # of no account: nobody shall pay for an invented order


@dataclass(frozen=True, slots=True)
class _Sale:
    """What the office writes down of an order."""

    customer: str
    boxes: int
    due: int
    loose_kg: int = 0
    note: str | None = None

    def lines(self, product: str) -> tuple[OrderLine, ...]:
        """The lines of the order."""
        boxes = OrderLine(product, EACH, Decimal(self.boxes), Decimal(500), BOX_PRICE)
        loose = OrderLine(product, KILOGRAM, Decimal(self.loose_kg), None, LOOSE_PRICE)
        return (boxes, loose) if self.loose_kg else (boxes,)


class _Office:
    """The cooperative's orders, from the telephone call to the customer's word that all is there."""

    def __init__(self, stage: Stage, crew: Crew, product: str) -> None:
        self._stage, self._crew, self._product = stage, crew, product
        command = SaveTeam("Tổ đóng gói số 1", "packing", _members(crew, "packer", "team_lead"))
        self.team = stage.do(save_team, crew["manager"], command).id
        picking = SaveTeam("Tổ thu hái", "primary", _members(crew, "team_lead", "grower"))
        self.pickers = stage.do(save_team, crew["manager"], picking).id
        for name, team in (("Tổ đóng gói số 1", self.team), ("Tổ thu hái", self.pickers)):
            stage.outcome.show("teams", Thing(GRAPES.name, name, f"to/{team}"))

    def write(self, sale: _Sale) -> str:
        """A draft; gives its code."""
        command = WriteOrder(
            customer=sale.customer,
            due_on=self._stage.day(sale.due),
            lines=sale.lines(self._product),
            note=sale.note,
        )
        return self._stage.do(write_order, self._crew["accountant"], command).order

    def agree(self, sale: _Sale) -> str:
        """An order that waits in the team's queue."""
        order = self.write(sale)
        command = AgreeOrder(order=order, teams=(self.team,))
        self._stage.do(agree_order, self._crew["accountant"], command)
        return order

    def accept(self, sale: _Sale) -> str:
        """An order that the team has in hand."""
        order = self.agree(sale)
        self._stage.do(accept_order, self._crew["packer"], TeamAnswer(order=order, team=self.team))
        return order

    def allot(self, sale: _Sale, lot: str) -> str:
        """An order for which boxes of ``lot`` are put aside."""
        order = self.accept(sale)
        portions = (LinePortion(1, lot, Decimal(sale.boxes)),)
        self._stage.do(allot_order, self._crew["packer"], AllotOrder(order=order, portions=portions))
        return order

    def pack(self, sale: _Sale, lot: str) -> str:
        """An order that stands ready."""
        order = self.allot(sale, lot)
        self._stage.do(pack_order, self._crew["packer"], PackOrder(order=order))
        return order

    def ship(self, sale: _Sale, lot: str, day: int) -> tuple[str, str]:
        """An order that left, and the code of its shipment."""
        order = self.pack(sale, lot)
        command = ShipOrder(order=order, done_on=self._stage.day(day), to_province="Bắc Ninh")
        return order, self._stage.do(ship_order, self._crew["packer"], command).shipments[0].code


def sell_on_order(stage: Stage, crew: Crew, best: str, packed: PackedLot) -> Chapter[None]:
    """What is left of the last picking goes out on order. ``best``: its loose lot; ``packed``: what it is."""
    accountant, office = crew["accountant"], _Office(stage, crew, packed.product)
    yield stage.at(-1, 6)
    account = SavePaymentAccount(bank=_BANK, number=_NUMBER, holder=BANK_HOLDER)
    stage.do(save_payment_account, crew["manager"], account)
    canteen, street = (
        partner(stage, accountant, CANTEEN, "other"),
        partner(stage, accountant, STREET_SHOP, "shop"),
    )
    yield stage.at(-1, 8)
    lot = _pack_with_the_roll(stage, crew, best)
    stage.outcome.lots.append(PackedLot(lot, packed.product, packed.name))
    yield stage.at(-1, 9.5)
    codes = {}
    codes["received"], shipment = office.ship(_Sale(canteen, CANTEEN_BOXES, -1), lot, -1)
    codes["shipped"], _ = office.ship(_Sale(street, STREET_BOXES, -1), lot, -1)
    yield stage.at(-1, 15)
    counted = (Counted(shipment, Decimal(CANTEEN_BOXES)),)
    stage.do(receive_order, accountant, ReceiveOrder(order=codes["received"], counted=counted))
    yield stage.at(-1, 16)
    codes["packed"] = office.pack(_Sale(street, 96, 0, note="Lấy tại kho trước 10 giờ"), lot)
    codes["allotted"] = office.allot(_Sale(canteen, 60, 1), lot)
    codes["accepted"] = office.accept(_Sale(street, 48, 1, loose_kg=15))
    codes["agreed"] = office.agree(_Sale(canteen, 72, 2))
    codes["draft"] = office.write(_Sale(street, 120, 4, note="Khách hẹn gọi lại chốt giá"))
    yield stage.at(-1, 17)
    _end_some(stage, crew, office, (canteen, street), codes)
    for state, code in codes.items():
        stage.outcome.show("orders", Thing(GRAPES.name, state, f"don-hang/{code}"))


def _end_some(
    stage: Stage, crew: Crew, office: _Office, customers: tuple[str, str], codes: dict[str, str]
) -> None:
    """One that the team does not take on, and one that the customer wants no longer."""
    codes["declined"] = office.agree(_Sale(customers[1], 400, 1))
    reason = "Kho không còn đủ 400 hộp cho ngày mai"
    refusal = DeclineOrder(order=codes["declined"], team=office.team, reason=reason)
    stage.do(decline_order, crew["packer"], refusal)
    codes["cancelled"] = office.write(_Sale(customers[0], 30, 3))
    command = CancelOrder(order=codes["cancelled"], reason="Trường nghỉ học, hẹn tuần sau")
    stage.do(cancel_order, crew["accountant"], command)


def _pack_with_the_roll(stage: Stage, crew: Crew, best: str) -> str:
    """A roll was printed ahead and given to the packer, who packs with it; gives the new lot."""
    packer = crew["packer"]
    order = Reserve(count=ROLL_STAMPS, spec=ROLL, url_base=stage.telling.config.public_url)
    roll = stage.do(reserve_stamps, packer, order)
    stage.do(mark_printed, packer, MarkPrinted(job=roll.id))
    stage.do(assign_roll, packer, AssignRoll(job=roll.id, holder=packer.account_id))
    stage.outcome.show("rolls", Thing(GRAPES.name, "Cuộn tem của người đóng gói", f"luot-in/{roll.id}"))
    packing = PackWithRoll(
        lot=best,
        job=roll.id,
        net_per_pack=Decimal(500),
        packs=PACKS,
        packed_on=stage.day(-1),
        pack_type="box",
        first=roll.first,
        last=roll.first + PACKS - 1,
        photos=(stage.photo("grapes/boxes"),),
    )
    return stage.do(pack_with_roll, packer, packing).lot


def _members(crew: Crew, *roles: str) -> tuple[str, ...]:
    return tuple(member for role in roles if (member := crew[role].member_id) is not None)
