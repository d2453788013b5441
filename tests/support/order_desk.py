"""Orders in the small world: written, agreed, accepted, allotted, in as few words as a test needs."""

from decimal import Decimal

from ledger.coop.actors import Role
from ledger.coop.orders.accepting import AgreeOrder, TeamAnswer, accept_order, agree_order
from ledger.coop.orders.allotment_checks import LinePortion
from ledger.coop.orders.allotting import AllotOrder, allot_order
from ledger.coop.orders.delivering import PackOrder, ShipOrder, pack_order, ship_order
from ledger.coop.orders.queries import read_order
from ledger.coop.orders.teams import SaveTeam, save_team
from ledger.coop.orders.writing import OrderLine, WriteOrder, write_order
from ledger.coop.registers.partners import AddPartner, add_partner

PACKS, KILOGRAMS = "EA", "KGM"


def line(quantity=50, *, uom=PACKS, **more):
    return OrderLine("NHO", uom, Decimal(quantity), **more)


class OrderDesk:
    """Orders of the world's cooperative; ``shop`` is a partner who does not sign here."""

    def __init__(self, world):
        self.world = world
        self.shop = world.run(add_partner, AddPartner(name="Cửa hàng Bà Tư", kind="shop")).id

    def written(self, *lines, customer=None, due=2, **more):
        command = WriteOrder(
            customer=customer or self.shop, due_on=self.world.day(-due), lines=lines or (line(),), **more
        )
        return self.world.run(write_order, command, Role.ACCOUNTANT).order

    def agreed(self, *lines, teams=(), **more):
        order = self.written(*lines, **more)
        self.world.run(agree_order, AgreeOrder(order=order, teams=teams), Role.ACCOUNTANT)
        return order

    def accepted(self, *lines, **more):
        order = self.agreed(*lines, **more)
        self.world.run(accept_order, TeamAnswer(order=order), Role.PACKER)
        return order

    def allot(self, order, *portions, who=Role.PACKER):
        """``portions`` are pairs of lot and quantity for the first line, or triples with the line."""
        given = tuple(
            LinePortion(1, item[0], Decimal(item[1]))
            if len(item) == 2
            else LinePortion(item[0], item[1], Decimal(item[2]))
            for item in portions
        )
        return self.world.run(allot_order, AllotOrder(order=order, portions=given), who)

    def allotted(self, lot, quantity=50, **more):
        order = self.accepted(line(quantity), **more)
        self.allot(order, (lot, quantity))
        return order

    def packed(self, lot, quantity=50, **more):
        order = self.allotted(lot, quantity, **more)
        self.world.run(pack_order, PackOrder(order=order), Role.PACKER)
        return order

    def ship(self, order, who=Role.PACKER, **more):
        return self.world.run(ship_order, ShipOrder(order=order, done_on=self.world.today, **more), who)

    def shipped(self, lot, quantity=50, **more):
        order = self.packed(lot, quantity, **more)
        self.ship(order)
        return order

    def team(self, name="Tổ đóng gói 1", kind="packing", *members):
        return self.world.run(save_team, SaveTeam(name, kind, members)).id

    def read(self, order):
        return self.world.read(read_order, self.world.ledger.vault, self.world.actors[Role.MANAGER], order)

    def state(self, order):
        return self.read(order).state.value


def orders_of_two(world, thief, partner, wanted):
    """Orders of the cooperative whose numbers the thief has none of, and two of the thief's own."""
    desk = OrderDesk(world)
    team = desk.team()
    _, _, draft, order = desk.written(), desk.written(), desk.written(), desk.agreed(teams=(team,))
    command = WriteOrder(customer=partner, due_on=world.today, lines=(wanted,))
    own_draft, own_order = (world.run(write_order, command, thief).order for _ in range(2))
    world.run(agree_order, AgreeOrder(order=own_order), thief)
    world.run(accept_order, TeamAnswer(order=own_order), thief)
    return {"team": team, "draft": draft, "order": order, "own_draft": own_draft, "own_order": own_order}
