"""How many animals there should be, on the page of their season."""

import pytest

from tests.support.desk import HOME, open_desk
from tests.support.sector_walks import begin


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def page_of(desk, season):
    return desk.browser("manager").get(f"{HOME}vu/{season.partition('8000/')[2]}")


def test_a_herd_is_counted_on_its_page(desk):
    walk = begin(desk.world, "pig_farm")
    walk.open()
    assert "Đã xuất" not in page_of(desk, walk.season).text
    walk.record("stock_in", on=desk.world.day(50), heads="1500")
    walk.record("mortality", on=desk.world.day(40), heads="12")
    assert "Nhập 1.500 Chết, loại 12 Đã xuất 0 Còn 1.488 con" in page_of(desk, walk.season).text


def test_a_vineyard_has_no_heads(desk):
    page = page_of(desk, desk.world.season())
    assert page.status == 200
    assert "Đã xuất" not in page.text
