"""One lot's record in each form that others ask for, as the asker may see it."""

import hashlib
import io
import json
import zipfile
from itertools import pairwise

import openpyxl
import pytest
from jsonschema_rs import validator_for

from ledger.coop.actors import Role
from ledger.coop.exchange.access_tokens import Scope
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.land.plots import DrawPlot, draw_plot
from ledger.trace.bundles.bundle_verify import verify_bundle
from tests.support.exchange import Program, other_partner, program, token_of, written_shop
from web.exchange import FORMS

__all__ = ["program", "written_shop"]


CORNERS = "11.560000, 108.980000\n11.560000, 108.981000\n11.561000, 108.981000\n11.561000, 108.980000"


@pytest.fixture(scope="module")
def lot(written_shop):
    """The market's lot, some of it shipped, its plot drawn."""
    market = written_shop.market
    world = market.world
    world.run(draw_plot, DrawPlot(place="VUON1", outline=CORNERS), Role.MANAGER)
    world.run(
        ship, Ship(lot=market.lot, to_partner=world.partner, packs=10, done_on=world.today), Role.PACKER
    )
    return market.lot


def fetch(program, form, lot, status=200):
    headers = {"Authorization": f"Bearer {program.token}"}
    response = program.shop.client.get(f"/exchange/{form}", query_string={"lot": lot}, headers=headers)
    assert response.status_code == status, response.get_data(as_text=True)[:300]
    return response


def rows_of(data, sheet):
    book = openpyxl.load_workbook(io.BytesIO(data))
    heading, *rows = [[cell or "" for cell in row] for row in book[sheet].iter_rows(values_only=True)]
    return [dict(zip(heading, row, strict=True)) for row in rows]


def partner_program(shop, partner):
    return Program(shop, token_of(shop.market.world, Scope.QUERY, partner=partner))


def test_the_epcis_document_is_gs1_s(program, lot, shared_data):
    schema = json.loads((shared_data / "epcis/schema/EPCIS-JSON-Schema.json").read_text(encoding="utf-8"))
    document = fetch(program, "epcis", lot).get_json(force=True)
    assert [error.message for error in validator_for(schema).iter_errors(document)] == []
    steps = {event["bizStep"] for event in document["epcisBody"]["eventList"]}
    assert {"sogoc:harvesting", "packing", "shipping", "sogoc:pest_control"} <= steps


def test_the_fsma_sheet_has_the_key_data_elements(program, lot):
    response = fetch(program, "fsma204", lot)
    assert response.headers["Content-Disposition"].endswith('-fsma204.xlsx"')
    rows = rows_of(response.data, "FSMA 204")
    assert {row["Critical tracking event"] for row in rows} == {"Harvesting", "Initial packing", "Shipping"}
    packing = next(row for row in rows if row["Critical tracking event"] == "Initial packing")
    assert packing["Lot identifier"] == lot
    assert packing["Quantity"] == "100"
    assert len(packing["Input traceability lot codes"].split(", ")) == 2
    assert packing["Product description"] == "Black summer grapes (Nho hạ đen)"
    assert "HTX Nho Đồi Mây" in packing["Traceability lot code source"]
    shipping = next(row for row in rows if row["Critical tracking event"] == "Shipping")
    assert shipping["Quantity"] == "10"
    assert shipping["Reference document type and number"]


def test_the_vietnamese_sheet_has_the_items_of_the_decree(program, lot):
    data = fetch(program, "nd37", lot).data
    facts = {row["Mục"]: row["Nội dung"] for row in rows_of(data, "Thông tin")}
    assert facts["Tên sản phẩm, hàng hóa"] == "Nho hạ đen"
    assert facts["Mã truy xuất nguồn gốc của lô"] == lot
    assert "VietGAP" in facts["Tiêu chuẩn, quy chuẩn, chứng nhận"]
    events = rows_of(data, "Sự kiện")
    assert {"Thu hoạch", "Đóng gói"} <= {row["Sự kiện"] for row in events}
    assert all(row["Thời gian thực hiện"] and row["Thời gian ghi vào sổ"] for row in events)
    assert all(row["Mã truy vết địa điểm"] for row in events if row["Sự kiện"] in {"Thu hoạch", "Đóng gói"})


def test_the_land_is_given_with_six_decimals_to_who_may_see_it(program, lot):
    land = fetch(program, "eudr", lot).get_json(force=True)
    assert land["type"] == "FeatureCollection"
    feature = land["features"][0]
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert ring[0] in ([108.98, 11.56], [108.981, 11.56], [108.981, 11.561], [108.98, 11.561])
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert area > 0
    assert feature["properties"]["ProducerCountry"] == "VN"
    assert 1.1 < feature["properties"]["Area"] < 1.3
    blind = Program(program.shop, token_of(program.shop.market.world, Scope.QUERY))
    hidden = fetch(blind, "eudr", lot).get_json(force=True)
    assert hidden["features"] == []
    assert hidden["unmapped"] == ["Vườn nho số 1"]


def test_an_authority_gets_all_of_it_with_proof(program, lot):
    archive = zipfile.ZipFile(io.BytesIO(fetch(program, "authority", lot).data))
    names = set(archive.namelist())
    assert names == {
        "README.txt",
        "truy-xuat.xlsx",
        "fsma204.xlsx",
        "epcis.json",
        "bundle.json",
        "plots.geojson",
        "SHA256SUMS",
    }
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    bundle = json.loads(archive.read("bundle.json"))
    assert verify_bundle(bundle, vkey=program.shop.market.world.ledger.vkey)


def test_a_partner_gets_the_record_of_what_was_shipped_to_it(written_shop, lot):
    buyer = partner_program(written_shop, written_shop.market.world.partner)
    document = fetch(buyer, "epcis", lot).get_json(force=True)
    text = json.dumps(document)
    assert lot in text
    assert fetch(buyer, "eudr", lot).get_json(force=True)["features"] == []
    for form in FORMS:
        fetch(buyer, form, lot)
        fetch(buyer, form, written_shop.market.expired_lot, status=404)


def test_who_bought_nothing_gets_nothing(written_shop, lot):
    world = written_shop.market.world
    stranger = partner_program(written_shop, other_partner(world))
    neighbour = Program(written_shop, token_of(world, Scope.QUERY, who=world.neighbour_manager))
    for form in FORMS:
        fetch(stranger, form, lot, status=404)
        fetch(neighbour, form, lot, status=404)


@pytest.mark.parametrize(
    ("form", "name", "status"),
    [("epcis", "", 400), ("epcis", "x" * 400, 400), ("epcis", "no-such-lot", 404), ("pdf", "x", 404)],
)
def test_what_there_is_not_is_refused(program, form, name, status):
    fetch(program, form, name, status=status)


def test_without_a_token_there_is_nothing(written_shop, lot):
    response = written_shop.client.get("/exchange/epcis", query_string={"lot": lot})
    assert response.status_code == 401
