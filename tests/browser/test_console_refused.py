"""What the cooperative refuses while there is a network: said on the server's page, and waiting nowhere."""

import pytest

from tests.browser.test_console_offline import season_of, sign_in, works
from tests.support.desk import HOME
from tests.support.hands import go, settle

pytestmark = pytest.mark.browser


def test_what_was_refused_at_once_does_not_stay_in_the_queue(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    path = f"{line.address}{HOME}viec/irrigation/{season_of(desk).split('/', 3)[3]}"
    refused_at_once(page, path)
    badge = page.locator("[data-queue]")
    badge.wait_for(state="hidden")
    go(page, f"{line.address}{HOME}cho-gui")
    page.locator("[data-queue-empty]").wait_for()
    badge.wait_for(state="hidden")
    # Whoever left the server's page finds what was typed again.
    go(page, path)
    page.get_by_text("Những gì ghi dở lần trước đã được điền lại.").wait_for()
    assert works(desk) == []


def test_what_was_refused_at_once_is_mended_on_the_page_and_recorded_once(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    refused_at_once(page, f"{line.address}{HOME}viec/irrigation/{season_of(desk).split('/', 3)[3]}")
    page.get_by_label("Giếng khoan").check()
    page.locator(".thumb .button--main").click()
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    page.locator("[data-queue]").wait_for(state="hidden")
    assert len(works(desk)) == 1


def refused_at_once(page, path):
    """A watering without its source was sent, and the server's page says so."""
    go(page, path)
    page.locator("html[data-queue-ready]").wait_for()
    page.get_by_text("Ghi thêm nếu có").click()
    page.get_by_label("Ghi chú").fill("tưới sáng")
    page.locator(".thumb .button--main").click()
    page.get_by_text("Hãy sửa những ô có dấu đỏ bên dưới.").wait_for()
    settle(page)
    page.locator("html[data-queue-ready]").wait_for()
    assert page.get_by_label("Ghi chú").input_value() == "tưới sáng"
