"""Names beside GS1's and GS1's beside ours: whichever is asked for, the same lot answers."""

import pytest

from ledger.coop.links.adding import AddLink, EndLink, add_link, end_link, links_of
from ledger.coop.links.aliases import AddAlias, EndAlias, add_alias, end_alias
from ledger.coop.paper.carton_codes import CartonKind
from ledger.coop.paper.cartons import ReserveCartons, reserve_cartons
from ledger.coop.paper.company_prefixes import SavePrefix, save_prefix
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.trace.capture import capture_event
from tests.support.resolving import BUYERS_GTIN, GTIN, gtin
from web.resolver.digital_links import _Path
from web.resolver.product_pages import UNKNOWN_LOT

BROWSER = "text/html"


def test_a_stamp_that_was_printed_before_the_gtin_still_answers(resolver):
    page = resolver.ask(resolver.shop.stamp("valid"), accept=BROWSER)
    assert page.status_code == 200
    assert "Tem thật" in page.text
    assert resolver.ask(resolver.lot_page, accept=BROWSER).status_code == 200


@pytest.mark.parametrize("name", ["SM%2F7", "sm/7", "own"])
def test_another_gtin_and_lot_number_lead_to_the_same_lot(resolver, name):
    code = resolver.lot_code if name == "own" else name
    answer = resolver.ask(f"/01/{BUYERS_GTIN}/10/{code}")
    if name == "sm/7":  # numbers are written in capitals and small letters, and mean what they say
        assert answer.status_code == 400
    else:
        assert (answer.status_code, answer.headers["Location"]) == (307, resolver.base + resolver.lot_page)
        told = resolver.ask(f"/01/{BUYERS_GTIN}/10/{code}?linkType=linkset").json["linkset"]
        assert told[0]["anchor"] == f"{resolver.base}/01/{BUYERS_GTIN}/10/{code}"


def test_a_proof_is_at_every_name(resolver):
    names = (resolver.lot_page, resolver.lot, f"/01/{BUYERS_GTIN}/10/SM%2F7", f"{resolver.lot}/21/7")
    bundles = {resolver.ask(f"{name}/bundle").data for name in names}
    assert len(bundles) == 1
    assert resolver.ask(f"{resolver.product}/10/KHONG/bundle").status_code == 404
    assert resolver.ask(f"{resolver.product}/bundle").status_code == 404


def test_a_name_written_by_mistake_leads_nowhere_once_it_is_taken_back(own_resolver):
    world = own_resolver.shop.market.world
    path = f"/01/{BUYERS_GTIN}/10/SM%2F7"
    world.run(end_alias, EndAlias(BUYERS_GTIN, "SM/7"))
    assert "?lot=SM%2F7" in own_resolver.ask(path).headers["Location"]
    world.run(end_alias, EndAlias(BUYERS_GTIN))
    assert own_resolver.ask(path).status_code == 404


def test_a_link_that_ended_is_offered_no_more(own_resolver):
    world = own_resolver.shop.market.world
    (recipe,) = (
        link for link in world.read(links_of, world.coop.code, "NHO") if link.link_type == "recipeInfo"
    )
    world.run(end_link, EndLink(recipe.id))
    assert own_resolver.ask(f"{own_resolver.lot}?linkType=gs1:recipeInfo").status_code == 404


def test_what_a_lot_says_for_itself_goes_before_what_its_product_says(own_resolver):
    world, lot = own_resolver.shop.market.world, own_resolver.shop.market.lot
    own = "https://bep.example.vn/lo-nay"
    world.run(
        add_link, AddLink(product="NHO", lot=lot, link_type="recipeInfo", target=own, title="Riêng lô này")
    )
    target = own_resolver.ask(f"{own_resolver.lot}?linkType=gs1:recipeInfo").headers["Location"]
    assert target.startswith(own)
    other = own_resolver.ask(f"{own_resolver.product}?linkType=gs1:recipeInfo").headers["Location"]
    assert not other.startswith(own)


def test_the_page_at_our_own_name_stays_the_page(resolver):
    for query in ("", "?linkType=gs1:pip", "?linkType=gs1:defaultLink", "?x=1"):
        page = resolver.ask(resolver.lot_page + query, accept=BROWSER)
        assert (page.status_code, "Lô hàng thật" in page.text) == (200, True)
        assert f"<{resolver.base}{resolver.lot_page}?linkType=linkset>" in page.headers["Link"]
    seen = resolver.client.get(
        resolver.lot_page, headers={"If-None-Match": resolver.ask(resolver.lot_page).headers["ETag"]}
    )
    assert (seen.status_code, 'rel="linkset"' in seen.headers["Link"]) == (304, True)


def test_a_stamp_leads_to_its_lots_links_and_is_no_scan_then(resolver):
    stamp = resolver.shop.stamp("valid")
    told = resolver.ask(f"{stamp}?linkType=linkset").json["linkset"]
    assert told[0]["anchor"] == resolver.base + resolver.lot_page
    by_header = resolver.ask(stamp, accept="application/linkset+json")
    assert by_header.json["linkset"] == told
    credential = resolver.ask(stamp, accept="application/vc+jwt")
    assert credential.headers["Location"].endswith("/credential.jwt")
    assert resolver.ask(f"{stamp}?linkType=gs1:pip", accept=BROWSER).status_code == 200


@pytest.mark.parametrize("state", ["voided", "not_activated", "unknown"])
def test_a_stamp_that_vouches_for_nothing_leads_to_nothing(resolver, state):
    answer = resolver.ask(f"{resolver.shop.stamp(state)}?linkType=linkset")
    assert answer.status_code == (404 if state == "unknown" else 200)
    assert "linkset" not in answer.content_type


def test_a_server_that_tells_the_decoded_path_only_is_understood(resolver):
    def asked(decoded, query=""):
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": decoded, "QUERY_STRING": query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "wsgi.url_scheme": "http", "SCRIPT_NAME": "", "HTTP_ACCEPT": "*/*",
        }  # fmt: skip
        told = {}

        def start(status, headers, exc_info=None):
            told.update(status=int(status[:3]), headers=dict(headers))

        list(resolver.shop.app.wsgi_app(environ, start))
        return told

    slashed = asked(f"/01/{BUYERS_GTIN}/10/SM/7")
    assert slashed["headers"]["Location"] == resolver.base + resolver.lot_page
    assert asked(f"/01/{BUYERS_GTIN}/10/SM/7/21/9/")["headers"]["Location"] == slashed["headers"]["Location"]
    assert asked(f"/01/{BUYERS_GTIN}/10/SM/7/bundle")["status"] == 200
    assert asked(resolver.lot)["status"] == 307
    assert asked(f"{resolver.lot}/foo")["status"] == 400
    assert asked(f"/01/{GTIN}/10/KHONG/CO")["status"] == 400
    assert asked(f"/01/{GTIN}/10/KHONG")["status"] == 307


def test_what_claims_to_be_the_path_as_sent_is_believed_only_if_it_is():
    environ = {"PATH_INFO": "/01/x", "RAW_URI": "/01/y"}
    assert _Path.of(environ)._sent is None
    assert _Path.of({**environ, "RAW_URI": "/01/%78?a"})._sent == "/01/%78"
    assert _Path.of({**environ, "RAW_URI": "http://evil.example/01/x"})._sent is None


def test_a_lot_that_was_made_under_a_gtin_has_its_page_at_our_own_name(own_resolver):
    world = own_resolver.shop.market.world
    fresh = world.sealed(20)
    assert fresh.startswith(f"https://id.gs1.org/01/{GTIN}/10/")
    path = fresh.removeprefix("https://id.gs1.org")
    answer = own_resolver.ask(path)
    page = f"/{world.coop.code}/class/NHO.{path.rpartition('/')[2]}"
    assert (answer.status_code, answer.headers["Location"]) == (307, own_resolver.base + page)
    assert own_resolver.ask(page, accept=BROWSER).status_code == 200


def test_a_product_has_a_page_and_says_what_it_is_not(resolver):
    page = resolver.ask(resolver.product_page, accept=BROWSER)
    assert page.status_code == 200
    for told in ("Nho hạ đen", "HTX Nho Đồi Mây", GTIN, "không phải về gói hàng bạn cầm", "Công thức nấu"):
        assert told in page.text
    assert 'rel="external nofollow noopener noreferrer"' in page.text
    assert "Rời trang này, sang bep.example.vn" in page.text


def test_a_lot_that_nobody_made_is_told_so_on_its_products_page(resolver):
    page = resolver.ask(f"{resolver.product_page}?lot=KHONG-CO", accept=BROWSER)
    assert page.status_code == 404
    assert UNKNOWN_LOT.title_vi in page.text
    assert 'data-verdict="unknown"' in page.text
    known = resolver.ask(f"{resolver.product_page}?lot={resolver.lot_code}", accept=BROWSER)
    assert known.status_code == 200
    assert f'href="{resolver.lot_page}"' in known.text


@pytest.mark.parametrize(
    "path", ["/AAAAAAAAAA/product/NHO", "/x/product/NHO", "/{}/product/KHONG", "/{}/product/a%20b"]
)
def test_a_product_that_is_not_there_is_404(resolver, path):
    code = resolver.shop.market.world.coop.code
    assert resolver.ask(path.format(code)).status_code == 404


def test_a_product_without_a_gtin_answers_to_its_own_name(shop):
    coop = shop.market.world.coop.code
    told = shop.client.get(f"/{coop}/product/NHO?linkType=linkset").json["linkset"]
    assert [level["anchor"] for level in told] == [f"{shop.config.public_url}/{coop}/product/NHO"]
    lot = shop.client.get(f"{shop.market.path}?linkType=all").json["linkset"]
    assert [level["anchor"] for level in lot][1] == told[0]["anchor"]


def test_a_lot_that_was_never_sealed_has_no_credential_to_offer(own_resolver):
    world = own_resolver.shop.market.world
    path = world.packed(packs=10).removeprefix("https://id.gs1.org")
    (lot, _) = own_resolver.ask(f"{path}?linkType=linkset").json["linkset"]
    assert "https://ref.gs1.org/voc/dpp" not in lot


def test_an_sscc_redirects_to_its_cartons_page(own_resolver):
    world = own_resolver.shop.market.world
    world.run(save_prefix, SavePrefix("8938505974"))
    job = world.run(
        reserve_cartons,
        ReserveCartons(own_resolver.shop.market.lot, CartonKind.CARTON.value, 1, 10, own_resolver.base),
    )
    code = job.code(0)
    for path in (f"/00/{code}", f"/00/{code}/"):
        answer = own_resolver.ask(path)
        assert (answer.status_code, answer.headers["Location"]) == (307, f"{own_resolver.base}/c/{code}")
    page = own_resolver.ask(f"/c/{code}", accept=BROWSER)
    assert (page.status_code, "Mã SSCC" in page.text) == (200, True)
    told = own_resolver.ask(f"/00/{code}?linkType=linkset").json["linkset"]
    assert [level["anchor"] for level in told] == [f"{own_resolver.base}/00/{code}"]


def test_what_the_log_says_of_a_gtin_goes_before_what_the_books_say(own_resolver):
    world = own_resolver.shop.market.world
    number = gtin("0893850597777")
    world.run(add_alias, AddAlias(product="NHO", gtin=number))
    target = own_resolver.ask(f"/01/{number}").headers["Location"]
    assert target == own_resolver.base + own_resolver.product_page
    plums = RegisterProduct(
        code="MAN", name="Mận", template="fruit_nho", origin="Lạng Sơn", gtin=number, net_options_g=(500,)
    )
    world.run(register_product, plums, world.neighbour_manager)
    target = own_resolver.ask(f"/01/{number}").headers["Location"]
    assert target == f"{own_resolver.base}/{world.neighbour.code}/product/MAN"


def test_a_lot_with_no_name_but_gs1s_has_its_page_there(own_resolver):
    world = own_resolver.shop.market.world
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-12-01T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [
            {"epcClass": f"https://id.gs1.org/01/{GTIN}/10/a%2Fb", "quantity": 10, "uom": "KGM"}
        ],
    }
    world.ledger.write(capture_event, world.coop.code, event)
    path = f"/01/{GTIN}/10/a%2Fb"
    page = own_resolver.ask(path, accept=BROWSER)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert f"<{own_resolver.base}{path}?linkType=linkset>" in page.headers["Link"]
    (lot, _) = own_resolver.ask(f"{path}?linkType=linkset").json["linkset"]
    assert lot["anchor"] == lot["https://ref.gs1.org/voc/pip"][0]["href"] == own_resolver.base + path
    assert own_resolver.ask(f"{path}/bundle").status_code == 200
    assert own_resolver.ask(f"{path}?linkType=gs1:recipeInfo").status_code == 307
