"""Somebody with a printer and genuine stamps to photograph."""

import re


def title_of(shop, code):
    return re.search(r"<h1>(.*?)</h1>", shop.client.get(f"/s/{code}").text)[1]


def test_code_changed_by_one_character(shop):
    code = shop.market.codes["valid"]
    shop.app.extensions["sogoc"].wrong_codes._buckets.clear()
    for place in range(13):
        other = "Z" if code[place] != "Z" else "Y"
        assert title_of(shop, code[:place] + other + code[place + 1 :]) == "Không tìm thấy mã tem này"
    shop.app.extensions["sogoc"].wrong_codes._buckets.clear()


def test_stamp_copied_onto_other_goods(shop):
    """Not stopped, but seen: the page tells what the goods must be."""
    page = shop.client.get(shop.stamp("valid")).text
    for told in ("Nho hạ đen", "500\u00a0g", "270112-2", "11/02/2027", "HTX Nho Đồi Mây"):
        assert told in page
