"""A copy opened as a person opens it: on a phone from a plain file server, and from a disk."""

import functools
import http.server
import threading

import pytest

from tests.support.hands import follow
from web.app import make_app
from web.exporting.export import Progress, export
from web.state import make_state

pytestmark = pytest.mark.browser
QUIET = Progress(begin=lambda name, total: None, advance=lambda: None)


@pytest.fixture(scope="module")
def copy(shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("usb") / "ban sao"
    state = make_state(shop.config, shop.market.world.ledger, clock=shop.market.clock)
    export(make_app(state), state, folder, QUIET)
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Tests have their own words."""


@pytest.fixture(scope="module")
def copy_site(copy):
    """The copy behind the dumbest server there is."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=copy))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def fits(page) -> bool:
    """Nothing sticks out at the side of a narrow screen."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_list_to_a_lot_whose_proof_the_phone_checks_itself(shop, copy_site, open_page):
    page = open_page("/", address=copy_site)
    assert fits(page)
    follow(page, page.get_by_role("link", name="HTX Nho Đồi Mây"))
    assert fits(page)
    code = shop.market.lot.rpartition(".")[2]
    follow(page, page.get_by_role("link", name=code))
    page.wait_for_selector("[data-verdict=valid]")
    page.get_by_text("Máy của bạn đã kiểm tra").wait_for()
    assert page.get_by_text("Bản sao tĩnh").is_visible()
    assert page.locator("img").first.evaluate("image => image.complete && image.naturalWidth > 0")
    assert fits(page)
    page.get_by_text("Kiểm tra không cần trang này").click()
    follow(page, page.get_by_role("link", name="Cách kiểm tra"))
    page.get_by_role("heading", name="Kiểm tra tệp bằng chứng").wait_for()


def test_a_lot_s_old_address_still_answers(shop, copy_site, open_page):
    page = open_page(shop.market.path, address=copy_site)
    page.wait_for_selector("[data-verdict=valid]")
    page.get_by_text("Máy của bạn đã kiểm tra").wait_for()


def test_from_a_usb_stick_every_page_is_readable(shop, copy, open_page):
    """Browsers run no modules from a disk: the page is whole without them, and says how to check."""
    page = open_page("/index.html", address=copy.as_uri(), may_fail=True)
    follow(page, page.get_by_role("link", name="HTX Nho Đồi Mây"))
    follow(page, page.get_by_role("link", name=shop.market.lot.rpartition(".")[2]))
    assert page.locator("[data-verdict=valid]").is_visible()
    background = page.evaluate("getComputedStyle(document.querySelector('.verdict')).backgroundColor")
    assert background != "rgba(0, 0, 0, 0)"
    assert page.locator("img").first.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.get_by_role("link", name="Tải bằng chứng").is_visible()
    follow(page, page.get_by_role("link", name="Tra mã khác"))
    page.get_by_role("heading", name="Bản sao sổ gốc").wait_for()
