from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.attachments.photos import Photo
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import (
    CommandError,
    LotStateError,
    NotAllowedError,
    NotFoundError,
    OrderStateError,
)
from ledger.coop.goods.delivery_papers import read_papers
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.lots import available, find_held_lot
from ledger.coop.order_tables import OrderRow, OrderStepRow
from ledger.coop.orders.accepting import (
    AgreeOrder,
    DeclineOrder,
    TeamAnswer,
    accept_order,
    agree_order,
    decline_order,
    finish_task,
)
from ledger.coop.orders.allotting import AllotOrder, allot_order
from ledger.coop.orders.cancelling import CancelOrder, ReopenOrder, cancel_order, reopen_order
from ledger.coop.orders.choices import read_choices
from ledger.coop.orders.delivering import (
    Counted,
    PackOrder,
    ReceiveOrder,
    ShipOrder,
    pack_order,
    receive_order,
    ship_order,
)
from ledger.coop.orders.lists import count_queues, list_orders, orders_pressing, read_needed, read_queue
from ledger.coop.orders.teams import CloseTeam, SaveTeam, close_team, list_teams, save_team
from ledger.coop.orders.writing import OrderLine, WriteOrder, write_order
from ledger.coop.reservations import put_aside
from ledger.log.records import read_record
from ledger.trace.digests import format_digest
from ledger.trace.errors import GuardError
from ledger.trace.sealed_fields.disclosures import read_disclosures
from tests.support.order_desk import KILOGRAMS, OrderDesk, line

MANAGER, ACCOUNTANT, PACKER, LEAD = Role.MANAGER, Role.ACCOUNTANT, Role.PACKER, Role.TEAM_LEAD


@pytest.fixture
def desk(world):
    return OrderDesk(world)


def left(world, lot):
    actor = world.actors[MANAGER]
    return world.read(lambda session: available(session, actor, find_held_lot(session, actor, lot)))


def aside(world, lot):
    return world.read(put_aside, world.coop.code, (lot,))[lot]


def member(world, role):
    return world.actors[role].member_id


# -- the line from the telephone call to the customer --------------------------------------------------------


def test_an_order_goes_from_a_draft_to_the_customer(world, desk):
    lot, size = world.sealed(), world.size()
    order = desk.written(line(50, price=45_000), destination="Chợ Đầm", note="gọi trước")
    assert (order, desk.state(order)) == ("DH1", "draft")
    world.run(agree_order, AgreeOrder(order=order), ACCOUNTANT)
    world.run(accept_order, TeamAnswer(order=order), PACKER)
    desk.allot(order, (lot, 50))
    world.run(pack_order, PackOrder(order=order), PACKER)
    assert (desk.state(order), world.size()) == ("packed", size)  # orders are nobody's business
    shipped = desk.ship(order, destination="Chợ Đầm", vehicle="79C-123.45", driver_phone="0912 345 678")
    assert (shipped.state, world.size()) == ("shipped", size + 1)
    found = desk.read(order)
    assert (found.customer, found.destination, found.note) == ("Cửa hàng Bà Tư", "Chợ Đầm", "gọi trước")
    assert (found.lines[0].sent, found.lines[0].missing, found.amount_due()) == (50, 0, 2_250_000)
    (code,) = [one.code for one in shipped.shipments]
    world.run(receive_order, ReceiveOrder(order=order, counted=(Counted(code, Decimal(48)),)), ACCOUNTANT)
    found = desk.read(order)
    assert (found.state, found.lines[0].received) == ("received", 48)
    assert [step.action for step in found.steps] == [
        "write", "agree", "accept", "allot", "pack", "ship", "receive",
    ]  # fmt: skip
    assert left(world, lot) == 150


def test_nothing_of_an_order_but_the_shipment_enters_the_log(world, desk):
    order = desk.packed(world.sealed(), destination="Chợ Đầm")
    shipped = desk.ship(order, vehicle="79C-123.45", driver_phone="0912 345 678", destination="Chợ Đầm")
    index = shipped.shipments[0].index
    text = str(world.read(read_record, index).body)
    row = world.read(lambda session: session.scalars(select(OrderRow)).one())
    for secret in (desk.shop, row.id, "79C-123.45", "0912 345 678", "Chợ Đầm"):
        assert secret not in text
    opened = {i.pointer: i.value for i in world.read(read_disclosures, world.ledger.vault, index)}
    assert opened["/sogoc:fields/order"] == row.id
    assert opened["/sogoc:fields/to_party"] == desk.shop
    for row in world.read(lambda session: session.scalars(select(OrderRow)).all()):
        assert b"Ch" not in row.details_sealed


def test_who_signs_here_makes_the_order_received_by_signing(world, desk):
    order = desk.packed(world.sealed(), customer=world.partner)
    (shipment,) = desk.ship(order).shipments
    counted = ReceiveOrder(order=order, counted=(Counted(shipment.code, Decimal(50)),))
    with pytest.raises(CommandError, match="counted"):
        world.run(receive_order, counted, ACCOUNTANT)
    assert desk.state(order) == "shipped"
    world.run(
        receive,
        Receive(shipment=shipment.code, counted=Decimal(49), reason="Một gói rách", done_on=world.today),
        world.receiver,
    )
    found = desk.read(order)
    assert (found.state, found.lines[0].sent, found.lines[0].received) == ("received", 50, 49)


def test_several_lots_leave_in_one_delivery_or_none(world, desk):
    one, other, fresh = world.sealed(30, ago=5), world.sealed(30), world.sealed(30)
    order = desk.accepted(line(80))
    desk.allot(order, (one, 30), (other, 30), (fresh, 20))
    paper = Photo(format_digest(bytes(32)), "image/webp", 9, 3, 3)
    size = world.size()
    shipped = desk.ship(order, invoice_no="1C26T/009", documents=(paper,))
    assert (len(shipped.shipments), world.size()) == (3, size + 3)
    for one_shipment in shipped.shipments:
        papers = world.read(read_papers, world.ledger.vault, world.actors[MANAGER], one_shipment.shipment)
        assert (papers.invoice_no, papers.documents[0].digest) == ("1C26T/009", paper.digest)
    papers = world.read(
        read_papers, world.ledger.vault, world.neighbour_manager, shipped.shipments[0].shipment
    )
    assert not papers
    again = desk.accepted(line(20))
    desk.allot(again, (fresh, 10))
    world.clock.now += timedelta(days=30)
    with pytest.raises(GuardError, match="not_expired"):
        desk.ship(again)
    assert (world.size(), desk.state(again)) == (size + 3, "allotted")


def test_a_shipment_taken_back_is_missing_again(world, desk):
    lot = world.sealed(60)
    order = desk.shipped(lot)
    index = desk.read(order).sent[0].sent_index
    world.run(correct, Correct(index=index, reason="xe không đến", did_not_occur=True))
    assert (desk.read(order).lines[0].missing, left(world, lot)) == (50, 60)
    world.run(reopen_order, ReopenOrder(order=order), ACCOUNTANT)
    desk.allot(order, (lot, 50))
    assert desk.ship(order).state == "shipped"
    assert desk.read(order).lines[0].sent == 50


# -- parts of orders -----------------------------------------------------------------------------------------


def test_what_is_missing_is_worked_on_further(world, desk):
    order = desk.accepted(line(50), line(10, uom=KILOGRAMS))
    desk.allot(order, (1, world.sealed(30), 30))
    assert desk.ship(order).state == "accepted"
    found = desk.read(order)
    assert found.is_partly_sent
    assert [one.missing for one in found.lines] == [20, 10]
    desk.allot(order, (1, world.sealed(30), 20), (2, world.harvested(), 10))
    assert desk.ship(order).state == "shipped"
    assert [one.sent for one in desk.read(order).lines] == [50, 10]
    with pytest.raises(OrderStateError):
        world.run(reopen_order, ReopenOrder(order=order), ACCOUNTANT)


def test_no_line_gets_more_than_it_lacks(world, desk):
    lot = world.sealed()
    order = desk.accepted(line(50))
    with pytest.raises(CommandError, match="inputs"):
        desk.allot(order, (lot, 51))
    desk.allot(order, (lot, 30))
    desk.ship(order)
    with pytest.raises(CommandError) as caught:
        desk.allot(order, (lot, 21))
    assert "20 gói" in caught.value.sentence


@pytest.mark.parametrize("state", ["draft", "agreed", "accepted", "allotted", "packed"])
def test_a_cancelled_order_lets_go_of_what_was_aside(world, desk, state):
    lot = world.sealed(60)
    order = {
        "draft": desk.written,
        "agreed": desk.agreed,
        "accepted": desk.accepted,
        "allotted": lambda: desk.allotted(lot),
        "packed": lambda: desk.packed(lot),
    }[state]()
    assert desk.state(order) == state
    world.run(cancel_order, CancelOrder(order=order, reason="khách đổi ý"), ACCOUNTANT)
    found = desk.read(order)
    assert (found.state, found.steps[-1].reason, aside(world, lot)) == ("cancelled", "khách đổi ý", 0)
    assert desk.allotted(lot, 60)
    with pytest.raises(OrderStateError):
        world.run(agree_order, AgreeOrder(order=order), ACCOUNTANT)


def test_the_rest_of_an_order_that_partly_left_can_be_cancelled(world, desk):
    lot = world.sealed(60)
    order = desk.accepted(line(50))
    desk.allot(order, (lot, 30))
    desk.ship(order)
    desk.allot(order, (lot, 10))
    done = world.run(cancel_order, CancelOrder(order=order, reason="khách không lấy nữa"), ACCOUNTANT)
    assert (done.state, aside(world, lot), desk.read(order).lines[0].sent) == ("shipped", 0, 30)
    with pytest.raises(OrderStateError):
        world.run(cancel_order, CancelOrder(order=order, reason="hết"), ACCOUNTANT)


def test_a_reason_is_kept_encrypted(world, desk):
    order = desk.written()
    world.run(cancel_order, CancelOrder(order=order, reason="chị Tư không mua"), ACCOUNTANT)
    rows = world.read(lambda session: session.scalars(select(OrderStepRow)).all())
    assert not any("chị Tư".encode() in (row.reason_sealed or b"") for row in rows)


# -- putting aside -------------------------------------------------------------------------------------------


def test_what_expires_first_is_suggested_first(world, desk):
    late, early = world.sealed(30), world.sealed(30, ago=3)
    order = desk.accepted(line(40), line(15, net_g=Decimal(500)), line(5, net_g=Decimal(1000)))
    first, second, third = world.read(read_choices, world.actors[PACKER], order, world.today)
    assert [(lot.lot, lot.suggested) for lot in first.lots] == [(early, 30), (late, 10)]
    assert [(lot.lot, lot.suggested) for lot in second.lots] == [(early, 0), (late, 15)]
    assert third.lots == ()


def test_expired_recalled_and_other_goods_are_not_put_aside(world, desk):
    old, raw = world.sealed(30, ago=11), world.harvested()
    order = desk.accepted(line(40))
    (choices,) = world.read(read_choices, world.actors[PACKER], order, world.today)
    assert choices.lots == ()
    for lot in (old, raw):
        with pytest.raises(CommandError):
            desk.allot(order, (lot, 1))
    with pytest.raises(CommandError):
        desk.allot(order, (7, world.sealed(30), 1))
    with pytest.raises(CommandError):
        desk.allot(order, (world.sealed(30), "1.5"))


def test_no_more_is_put_aside_than_is_left(world, desk):
    lot = world.sealed(100)
    desk.allotted(lot, 60)
    second = desk.accepted(line(60))
    with pytest.raises(CommandError) as caught:
        desk.allot(second, (lot, 41))
    assert "chỉ còn 40 gói chưa hứa" in caught.value.sentence
    desk.allot(second, (lot, 40))
    assert aside(world, lot) == 100


def test_an_order_is_allotted_anew(world, desk):
    one, other = world.sealed(60), world.sealed(60)
    order = desk.packed(one)
    desk.allot(order, (other, 50))
    assert (desk.state(order), aside(world, one), aside(world, other)) == ("allotted", 0, 50)
    desk.allot(order)
    assert (desk.state(order), aside(world, other)) == ("accepted", 0)
    with pytest.raises(OrderStateError):
        desk.ship(order)


def test_what_is_promised_is_not_shipped_to_others(world, desk):
    lot = world.sealed(100)
    order = desk.allotted(lot, 60)

    def send(packs):
        command = Ship(lot=lot, to_partner=desk.shop, packs=packs, done_on=world.today)
        return world.run(ship, command, PACKER)

    with pytest.raises(LotStateError) as caught:
        send(41)
    assert all(word in caught.value.sentence for word in ("100 gói", "60 gói", order))
    send(40)
    assert desk.ship(order).state == "shipped"
    assert left(world, lot) == 0


def test_what_other_work_used_up_is_said_of_the_order(world, desk):
    raw = world.harvested(kg="100")
    order = desk.accepted(line(90, uom=KILOGRAMS))
    desk.allot(order, (raw, 90))
    assert not desk.read(order).aside[0].is_short
    world.packed(raw, packs=100)
    assert desk.read(order).aside[0].is_short
    with pytest.raises(GuardError, match="input_available"):
        desk.ship(order)


# -- teams ---------------------------------------------------------------------------------------------------


def test_teams_take_an_order_one_after_the_other(world, desk):
    packing = desk.team("Tổ đóng gói", "packing", member(world, PACKER))
    primary = desk.team("Tổ giết mổ", "primary", member(world, LEAD))
    order = desk.agreed(line(50), line(3), teams=(packing, primary))
    vault, manager = world.ledger.vault, world.actors[MANAGER]
    assert [task.team_name for task in desk.read(order).tasks] == ["Tổ giết mổ", "Tổ đóng gói"]
    waiting = world.read(read_queue, vault, manager, packing).waiting
    assert [(item.card.code, item.waits_for) for item in waiting] == [(order, ("Tổ giết mổ",))]
    assert [(one.missing, one.uom) for one in world.read(read_needed, manager, packing)] == [(53, "EA")]
    with pytest.raises(NotAllowedError):
        world.run(accept_order, TeamAnswer(order=order, team=primary), PACKER)
    with pytest.raises(CommandError):
        world.run(accept_order, TeamAnswer(order=order), MANAGER)
    world.run(accept_order, TeamAnswer(order=order, team=primary), LEAD)
    with pytest.raises(OrderStateError):
        world.run(accept_order, TeamAnswer(order=order, team=primary), LEAD)
    world.run(finish_task, TeamAnswer(order=order, team=primary), LEAD)
    counts = world.read(count_queues, manager)
    assert ((counts[primary].waiting, counts[primary].at_work), counts[packing].waiting) == ((0, 0), 1)
    world.run(accept_order, TeamAnswer(order=order, team=packing), PACKER)
    desk.allot(order, (world.sealed(), 50))
    desk.ship(order)
    at_work = world.read(read_queue, vault, manager, packing).at_work
    assert [one.missing for one in at_work[0].card.wanted] == [0, 3]
    assert [one.missing for one in world.read(read_needed, manager, packing)] == [3]


def test_a_team_declines_and_another_is_asked(world, desk):
    one, other = (desk.team(name, "packing", member(world, PACKER)) for name in ("Tổ 1", "Tổ 2"))
    order = desk.agreed(teams=(one,))
    world.run(decline_order, DeclineOrder(order=order, team=one, reason="hết người"), PACKER)
    found = desk.read(order)
    assert (found.state, found.tasks[0].state, found.steps[-1].reason) == (
        "agreed", "declined", "hết người",
    )  # fmt: skip
    listed = world.read(list_orders, world.ledger.vault, world.actors[MANAGER], "open")
    assert listed.cards[0].is_declined
    (pressing,) = world.read(orders_pressing, world.actors[MANAGER], world.today)
    assert (pressing.code, pressing.is_declined) == (order, True)
    world.run(agree_order, AgreeOrder(order=order, teams=(other,)), ACCOUNTANT)
    world.run(accept_order, TeamAnswer(order=order, team=other), PACKER)
    assert desk.state(order) == "accepted"


def test_only_a_team_of_the_order_allots_unless_a_manager_does(world, desk):
    team = desk.team("Tổ đóng gói", "packing", member(world, LEAD))
    order = desk.agreed(teams=(team,))
    world.run(accept_order, TeamAnswer(order=order, team=team), LEAD)
    lot = world.sealed()
    with pytest.raises(NotAllowedError):
        desk.allot(order, (lot, 50))
    desk.allot(order, (lot, 40), who=LEAD)
    desk.allot(order, (lot, 50), who=MANAGER)
    with pytest.raises(NotAllowedError):
        world.run(pack_order, PackOrder(order=order), PACKER)
    with pytest.raises(NotAllowedError):
        desk.written() and world.run(cancel_order, CancelOrder(order=order, reason="x"), PACKER)


def test_a_team_changes_and_closes(world, desk):
    team = desk.team("Tổ 1", "packing", member(world, PACKER))
    world.run(save_team, SaveTeam("Tổ một", "processing", (member(world, LEAD),), id=team))
    (found,) = world.read(list_teams, world.actors[MANAGER])
    assert (found.name, found.kind, found.members) == ("Tổ một", "processing", (member(world, LEAD),))
    world.run(close_team, CloseTeam(team))
    assert world.read(list_teams, world.actors[MANAGER]) == ()
    with pytest.raises(NotFoundError):
        desk.agreed(teams=(team,))


# -- what is typed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (line(),) * 51}, "lines"),
        ({"lines": (line("1.5"),)}, "lines"),
        ({"lines": (line(0),)}, "lines"),
        ({"lines": (line(1, price=-1),)}, "lines"),
        ({"lines": (OrderLine("NHO", "XYZ", Decimal(1)),)}, "lines"),
        ({"note": "x" * 301}, "note"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(world, desk, changes, field):
    command = {"customer": desk.shop, "due_on": world.today, "lines": (line(),)} | changes
    with pytest.raises(CommandError) as caught:
        world.run(write_order, WriteOrder(**command), ACCOUNTANT)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_a_day_far_away_is_a_typing_error(world, desk):
    with pytest.raises(CommandError):
        desk.written(due=400)


def test_a_draft_is_written_anew_and_an_agreed_order_is_not(world, desk):
    order = desk.written()
    assert desk.written(line(7), line(8), order=order) == order
    assert [one.quantity for one in desk.read(order).lines] == [7, 8]
    world.run(agree_order, AgreeOrder(order=order), ACCOUNTANT)
    with pytest.raises(OrderStateError):
        desk.written(order=order)


def test_a_form_sent_twice_makes_one_order(world, desk):
    command = WriteOrder(customer=desk.shop, due_on=world.today, lines=(line(),), idempotency_key="phiếu-1")
    answers = [world.run(write_order, command, ACCOUNTANT) for _ in range(2)]
    assert answers[0] == answers[1]
    lot = world.sealed()
    order = desk.packed(lot)
    leaving = ShipOrder(order=order, done_on=world.today, idempotency_key="giao-1")
    shipped = [world.run(ship_order, leaving, PACKER) for _ in range(2)]
    assert shipped[0] == shipped[1]
    assert left(world, lot) == 150


def test_orders_of_a_neighbour_are_not_found(world, desk):
    order = desk.allotted(world.sealed())
    listed = world.read(list_orders, world.ledger.vault, world.neighbour_manager, "open")
    assert listed.cards == ()
    for verb, command in (
        (agree_order, AgreeOrder(order=order)),
        (allot_order, AllotOrder(order=order)),
        (ship_order, ShipOrder(order=order, done_on=world.today)),
    ):
        with pytest.raises(NotFoundError):
            world.run(verb, command, world.neighbour_manager)


def test_what_is_due_and_not_gone_presses(world, desk):
    late, today, _ = desk.agreed(due=-1), desk.agreed(due=0), desk.agreed(due=1)
    desk.written(due=0)
    manager = world.actors[MANAGER]
    found = world.read(orders_pressing, manager, world.today)
    assert [(one.code, one.is_declined) for one in found] == [(late, False), (today, False)]
    assert world.read(orders_pressing, world.neighbour_manager, world.today) == ()


def test_lists_are_paged(world, desk):
    for _ in range(51):
        desk.written()
    first, second = (
        world.read(list_orders, world.ledger.vault, world.actors[MANAGER], "open", page) for page in (1, 2)
    )
    assert (len(first.cards), first.has_more, len(second.cards), second.has_more) == (50, True, 1, False)
