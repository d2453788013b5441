"""Many people at once: goods are promised once, an order leaves once. On both databases."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, LotStateError, OrderStateError
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.order_tables import AllotmentRow, OrderRow
from ledger.coop.orders.delivering import ShipOrder, ship_order
from ledger.coop.orders.writing import WriteOrder, write_order
from ledger.trace.errors import GuardError
from tests.support.order_desk import OrderDesk, line
from tests.support.races import at_once


@pytest.fixture
def desk(world):
    return OrderDesk(world)


def test_many_orders_at_once_are_never_promised_more_than_there_is(world, desk):
    lot = world.sealed(100)
    orders = [desk.accepted(line(30)) for _ in range(8)]
    answers = at_once(8, lambda number: desk.allot(orders[number], (lot, 30)))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 5
    assert all(isinstance(error, CommandError) for error in refused)
    promised = world.read(lambda session: session.scalar(select(func.sum(AllotmentRow.quantity))))
    assert promised == Decimal(90)


def test_who_ships_by_hand_and_who_allots_do_not_both_get_the_last_packs(world, desk):
    lot = world.sealed(50)
    order = desk.accepted(line(50))
    by_hand = Ship(lot=lot, to_partner=desk.shop, packs=50, done_on=world.today)
    answers = at_once(
        2,
        lambda number: desk.allot(order, (lot, 50)) if number else world.run(ship, by_hand, Role.ACCOUNTANT),
    )
    (lost,) = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(lost, CommandError | LotStateError | GuardError)


def test_an_order_sent_by_two_people_leaves_once(world, desk):
    order = desk.packed(world.sealed(50))
    size = world.size()
    leaving = ShipOrder(order=order, done_on=world.today)
    answers = at_once(
        4, lambda number: world.run(ship_order, leaving, (Role.PACKER, Role.MANAGER)[number % 2])
    )
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(error) for error in lost] == [OrderStateError] * 3
    assert world.size() == size + 1


def test_orders_written_at_once_have_numbers_of_their_own(world, desk):
    command = WriteOrder(customer=desk.shop, due_on=world.today, lines=(line(),))
    answers = at_once(10, lambda _: world.run(write_order, command, Role.ACCOUNTANT))
    assert sorted(answer.order for answer in answers) == sorted(f"DH{number}" for number in range(1, 11))
    assert world.read(lambda session: session.scalar(select(func.count()).select_from(OrderRow))) == 10
