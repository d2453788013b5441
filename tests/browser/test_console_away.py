"""The workshop and the practice book without a network: each way of writing waits, and is sent once."""

import threading

import pytest
from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.field.practice import OpenPractice, list_practice, open_practice
from ledger.coop.orders.accepting import TeamAnswer, accept_order
from ledger.coop.tables import WorkRow
from tests.browser.test_console_offline import kept, season_of, sent, sign_in
from tests.support.desk import HOME
from tests.support.hands import MAIN, reload, settle
from tests.support.order_desk import OrderDesk

pytestmark = pytest.mark.browser
COUNT_OLD = """addEventListener('DOMContentLoaded', () => {
  const { old } = sessionStorage;
  if (document.documentElement.dataset.savedAt) sessionStorage.old = Number(old ?? 0) + 1;
});"""


def waits(page, count):
    """The queue is open, and so many wait in it."""
    page.get_by_role("heading", name="Chờ gửi").wait_for()
    page.locator(f"[data-queue-list] > li:nth-child({count})").wait_for()
    assert page.locator("[data-queue-list] > li").count() == count


def open_kept(page, line, path):
    """A page that is kept, with its script at work."""
    page.goto(f"{line.address}{HOME}{path}")
    page.get_by_text("Bản lưu lúc").wait_for()
    page.locator("html[data-queue-ready]").wait_for()


def send_all(page, line):
    """The line breaks off twice on the way, then holds."""
    for some_bytes in (500, 2_500):
        line.cut_after(some_bytes)
        sent(page)
    line.mend()
    sent(page)
    page.locator("[data-queue-empty]").wait_for()


def count_works(desk, step):
    counted = select(func.count()).where(WorkRow.step == step)
    return desk.world.read(lambda session: session.scalar(counted))


def test_a_packer_works_through_orders_and_a_roll_without_a_network(field, phone):
    desk, line = field
    world, orders = desk.world, OrderDesk(desk.world)
    team = orders.team("Tổ đóng gói 1", "packing", world.actors[Role.PACKER].member_id)
    packed = world.sealed(100)
    world.harvested(kg="40")
    new, given, ready = (orders.agreed(teams=(team,)) for _ in range(3))
    for order in (given, ready):
        world.run(accept_order, TeamAnswer(order=order, team=team), Role.PACKER)
    orders.allot(ready, (packed, 50))
    roll = world.printed(20)
    first, last = (world.codec().format(number) for number in (roll.first, roll.first + 9))
    context = phone()
    page = sign_in(context, line, "packer")
    kept(page, line)
    line.cut()
    size, packings = world.size(), count_works(desk, "packing")

    open_kept(page, line, f"to/{team}")
    page.get_by_role("button", name=f"Nhận đơn {new}").click()
    waits(page, 1)
    open_kept(page, line, f"don-hang/{given}/chia-lo")
    page.locator("[name=allot-amount]").first.fill("50")
    page.locator(MAIN).click()
    waits(page, 2)
    open_kept(page, line, f"don-hang/{ready}/soan-xong")
    page.locator(MAIN).click()
    waits(page, 3)
    open_kept(page, line, f"cuon-tem/{roll.id}/dong-goi")
    page.locator("[name=packs]").fill("10")
    page.locator("[name=first_code]").fill(first)
    page.locator("[name=last_code]").fill(last)
    page.locator(MAIN).click()
    waits(page, 4)
    assert (orders.state(new), orders.state(given), orders.state(ready)) == ("agreed", "accepted", "allotted")

    context.close()
    page = phone().pages[0]
    page.goto(f"{line.address}{HOME}cho-gui")
    waits(page, 4)
    send_all(page, line)
    assert (orders.state(new), orders.state(given), orders.state(ready)) == ("accepted", "allotted", "packed")
    assert count_works(desk, "packing") == packings + 1
    recorded = world.size()
    assert recorded > size
    reload(page)
    page.locator("[data-queue-empty]").wait_for()
    assert world.size() == recorded


def test_practice_waits_and_arrives_once_and_never_reaches_the_log(field, phone):
    desk, line = field
    world = desk.world
    begun = OpenPractice(product="NHO", place="VUON1", started_on=world.day(9))
    practice = world.run(open_practice, begun, Role.GROWER).id
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    size = world.size()
    open_kept(page, line, f"tap-ghi/{practice}/viec/irrigation")
    page.get_by_label("Giếng khoan").check()
    page.locator(MAIN).click()
    waits(page, 1)
    send_all(page, line)
    (found,) = world.read(list_practice, world.ledger.vault, world.actors[Role.GROWER])
    assert [entry.step for entry in found.entries] == ["irrigation"]
    assert world.size() == size


def test_a_page_kept_before_the_program_changed_still_runs(field, phone):
    """Its own modules are gone from the server; the phone has them until its pages are new."""
    desk, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    path = f"viec/irrigation/{season_of(desk).split('/', 3)[3]}"
    rewrite = """async (path) => {
      const cache = await caches.open((await caches.keys()).find((name) => name.startsWith("sogoc-trang:")));
      const page = await cache.match(path);
      const text = (await page.text()).replace(/v-[0-9a-f]{10}/g, "v-0123456789");
      const older = text.replace(/\\?v=[0-9a-f]+/g, "?v=0");
      await cache.put(path, new Response(older, { status: 200, headers: page.headers }));
    }"""
    page.evaluate(rewrite, f"{HOME}{path}")
    line.cut()
    open_kept(page, line, path)
    assert "v-0123456789" in page.content()
    assert page.evaluate("getComputedStyle(document.querySelector('.thumb')).position") != "static"
    page.get_by_label("Giếng khoan").check()
    page.locator(MAIN).click()
    waits(page, 1)
    line.mend()
    sent(page)
    page.locator("[data-queue-empty]").wait_for()
    assert count_works(desk, "irrigation") == 1


def test_a_page_that_comes_slowly_is_opened_anew_once(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    answer = desk.app.wsgi_app
    began = []

    def slowly(environ, start_response):
        if environ["PATH_INFO"] == HOME:
            began.append(page_opened.wait(1.2))
        return answer(environ, start_response)

    page_opened = threading.Event()
    desk.app.wsgi_app = slowly
    # The kept page may be gone again before anybody looks.
    page.add_init_script(COUNT_OLD)
    page.goto(f"{line.address}{HOME}")
    settle(page)
    page.locator("html[data-queue-ready]").wait_for()
    assert page.evaluate("sessionStorage.getItem('old')") == "1"
    # The copy that came was shown; nobody asked for it a second time.
    assert len(began) == 1
