"""What stands before the code on a stamp: compared by the server, kept by the job, no cost to caches."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ledger.coop.actors import Role
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from ledger.trace.bundles.seals import printed_seal, read_seals
from tests.support.desk import open_desk
from web.paper.printing import find_printable_seal, print_job, read_sheet, stamp_url

HOST = "https://sogoc.vn"


@pytest.fixture(scope="module")
def stamp(shop):
    """The valid stamp's code, and the characters of its lot's seal."""
    market = shop.market
    return SimpleNamespace(code=market.codes["valid"], short=market.world.read(printed_seal, market.lot))


def verdict_of(client, path):
    return re.search('data-verdict="([a-z_]+)"', client.get(path).text)[1]


def test_the_page_is_the_same_with_the_characters_and_without(client, stamp):
    page = client.get(f"/s/{stamp.code}")
    for text in (f"{stamp.short}{stamp.code}", f"{stamp.short.lower()}-{stamp.code[:4]} {stamp.code[4:]}"):
        for path in ("/s/", "/S/"):
            same = client.get(f"{path}{text}")
            assert (same.data, same.headers["ETag"]) == (page.data, page.headers["ETag"])


def test_a_stamp_that_names_another_seal_is_told_so_with_the_proof_at_hand(client, stamp):
    page = client.get(f"/s/000000{stamp.code}")
    assert "<h1>Tem không khớp bản ghi</h1>" in page.text
    assert "chỉ gõ 13 ký tự" in page.text
    assert 'id="tu-kiem-tra"' in page.text
    assert page.headers["Cache-Control"] == "no-cache"
    said = client.get(f"/s/000000{stamp.code}", headers={"Accept": "application/json"}).json
    assert said["verdict"]["state"] == "tampered"
    assert said["bundle"].endswith("/bundle")


@pytest.mark.parametrize("state", ["not_activated", "voided", "recalled", "unknown"])
def test_worse_news_stay_what_they_are(client, shop, state):
    assert verdict_of(client, f"/s/000000{shop.market.codes[state]}") == state


def test_the_proof_and_the_lookup_box_take_both(client, shop, stamp):
    assert client.get(f"/s/{stamp.short}{stamp.code}/bundle").json["lot"] == shop.market.lot
    for typed in (f"{stamp.short}{stamp.code}", f"HTTPS://SO.EXAMPLE.VN/S/{stamp.short}{stamp.code}"):
        answer = client.get("/", query_string={"ma": typed})
        assert answer.headers["Location"] == f"/s/{stamp.short}{stamp.code}"
    assert client.get("/", query_string={"ma": f"{stamp.code}0"}).status_code == 400


def test_a_warm_page_answers_either_kind_and_never_the_wrong_one(shop, stamp):
    state, client = shop.app.extensions["sogoc"], shop.client
    client.get(f"/s/{stamp.code}")
    before = len(state.pages._slots)
    assert verdict_of(client, f"/S/{stamp.short}{stamp.code}") == "valid"
    assert verdict_of(client, f"/S/ZZZZZZ{stamp.code}") == "tampered"
    assert verdict_of(client, f"/S/YYYYYY{stamp.code}") == "tampered"
    assert len(state.pages._slots) <= before + 1


def test_programs_elsewhere_may_read_what_a_stamp_says(client, stamp):
    said = client.get(f"/s/{stamp.code}", headers={"Accept": "application/json"})
    assert said.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get(f"/s/{stamp.code}").headers


# -- print jobs ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("desk"))


def reserved(desk, lot, **more):
    return desk.world.run(reserve_stamps, Reserve(3, lot, url_base=HOST, **more), Role.PACKER)


def urls_of(desk, job):
    sheet = read_sheet(desk.world.ledger, HOST, desk.world.actor(Role.PACKER), job.id)
    return [sheet.url_of(code) for code in sheet.codec.format_range(job.first, job.count)]


def test_only_a_job_for_a_sealed_lot_that_asks_for_it_names_the_seal(desk):
    sealed, unsealed = desk.world.sealed(20), desk.world.packed(packs=20)
    short = desk.world.read(printed_seal, sealed)
    assert reserved(desk, sealed, names_seal=True).seal_short == short
    assert reserved(desk, sealed).seal_short == ""
    assert reserved(desk, unsealed, names_seal=True).seal_short == ""
    assert reserved(desk, None, names_seal=True).seal_short == ""
    assert desk.world.read(read_seals, unsealed) == ()


def test_symbols_differ_by_the_six_characters_and_nothing_else(desk):
    lot = desk.world.sealed(20)
    plain, named = reserved(desk, lot), reserved(desk, lot, names_seal=True)
    assert all(re.fullmatch(r"HTTPS://SOGOC\.VN/S/[0-9A-Z]{13}", url) for url in urls_of(desk, plain))
    head = f"HTTPS://SOGOC.VN/S/{named.seal_short}"
    assert all(url.startswith(head) and len(url) == len(head) + 13 for url in urls_of(desk, named))


def test_a_job_from_before_prints_the_bytes_that_it_always_printed(desk):
    job = reserved(desk, desk.world.sealed(20))
    actor = desk.world.actor(Role.PACKER)
    sheet, chunks = print_job(desk.world.ledger, HOST, actor, job.id)
    printed = b"".join(chunks)
    assert (
        sheet.url_of(sheet.first_code)
        == f"HTTPS://SOGOC.VN/S/{sheet.first_code}"
        == stamp_url(HOST, sheet.first_code)
    )
    again = replace(sheet, job=replace(sheet.job, seal_short=""))
    assert b"".join(print_job(desk.world.ledger, HOST, actor, job.id)[1]) == printed
    assert again == sheet


def test_a_design_without_room_goes_without_and_the_order_says_so(desk):
    world, lot = desk.world, desk.world.sealed(20)
    facts = world.read(_facts, world.coop.code, lot)

    def found(spec, host):
        actor = world.actor(Role.PACKER)
        return find_printable_seal(world.ledger, host, actor, spec, facts, lot=lot)

    smallest = PrintSpec(paper="roll_50x30", design="stamp_38x21", dpi=203)
    assert found(PrintSpec(), HOST) == world.read(printed_seal, lot)
    # A host of 63 characters nearly fills version 4; in version 5 the smallest stamp's modules were too fine.
    assert found(smallest, f"https://{'a' * 60}.vn") == ""


def test_the_page_of_a_job_says_whether_it_names_the_seal(desk):
    lot = desk.world.sealed(20)
    packer = desk.browser("packer")
    page = packer.get(f"/hop-tac-xa/luot-in/{reserved(desk, lot, names_seal=True).id}").html
    assert f'<span class="key">{desk.world.read(printed_seal, lot)}</span>' in page
    assert (
        "không có: lúc đặt in lô chưa ký" in packer.get(f"/hop-tac-xa/luot-in/{reserved(desk, lot).id}").html
    )


def _facts(session, organisation, lot):
    from ledger.coop.paper.label_facts import label_facts

    return label_facts(session, organisation, lot)


# -- the verifier as one file --------------------------------------------------------------------------------


def test_the_verifier_file_is_handed_out_and_never_shown(client):
    answer = client.get("/kiem-tra.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kiem-tra.html"'
    assert answer.data == client.get("/kiem-tra.html").data
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_verifier_file_fetches_nothing_to_be_shown(client):
    page = client.get("/kiem-tra.html").text
    assert not re.search(r'(?:src|href|action|srcset)="', page)
    assert "@import" not in page
    assert "url(" not in page
    assert not re.search(r"^(?:import|export) ", page, re.MULTILINE)
    assert len(page.encode()) < 120_000


def test_the_verifier_file_speaks_the_reader_s_language_and_knows_the_log(client, shop):
    page = client.get("/kiem-tra.html?lang=en").text
    assert '<html lang="en">' in page
    trust = json.loads(re.search(r'id="trust">(.*?)</script>', page)[1])
    assert trust == [{"vkey": shop.market.world.ledger.vkey.format(), "witnesses": []}]
