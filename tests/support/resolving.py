"""A shop whose grapes have got a GTIN, links of each kind, and other names: what a resolver is asked of."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.coop.links.adding import AddLink, add_link
from ledger.coop.links.aliases import AddAlias, GiveGtin, add_alias, give_gtin
from ledger.trace.gs1.gtins import check_digit
from ledger.trace.identifiers import lot_code_of
from tests.support.shop import Shop, open_shop

RECIPE = "https://bep.example.vn/nho?mua=he#cach-lam"
SHOP_VI, SHOP_EN = "https://cho.example.vn/nho", "https://cho.example.vn/en/grapes"
REPORT = "https://lab.example.vn/ket-qua.pdf"


def gtin(digits: str) -> str:
    """The GTIN of 14 digits that begins so, with its check digit."""
    return digits + check_digit(digits)


GTIN = gtin("0893850597419")
BUYERS_GTIN = gtin("0893850597500")


@dataclass(frozen=True)
class Resolver:
    """The shop, and how its things are called under GS1's keys."""

    shop: Shop
    lot_code: str

    @property
    def client(self) -> FlaskClient:
        return self.shop.client

    @property
    def base(self) -> str:
        return self.shop.config.public_url

    @property
    def product(self) -> str:
        """The product's Digital Link path."""
        return f"/01/{GTIN}"

    @property
    def lot(self) -> str:
        """The lot's."""
        return f"{self.product}/10/{self.lot_code}"

    @property
    def lot_page(self) -> str:
        return self.shop.market.path

    @property
    def product_page(self) -> str:
        return f"/{self.shop.market.world.coop.code}/product/NHO"

    def ask(self, path: str, accept: str | None = None, language: str | None = None) -> TestResponse:
        """A GET with these headers and no others."""
        told = {"Accept": accept, "Accept-Language": language}
        return self.client.get(path, headers={name: text for name, text in told.items() if text is not None})


def open_resolver(template: Path, folder: Path) -> Iterator[Resolver]:
    """A resolver over a new market; what was sold before has its old names as well."""
    for shop in open_shop(template, folder):
        world, lot = shop.market.world, shop.market.lot
        world.run(give_gtin, GiveGtin("NHO", GTIN))
        world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN))
        world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN, lot=lot, lot_code="SM/7"))
        for link in (
            AddLink(product="NHO", link_type="recipeInfo", target=RECIPE, title="Nước ép nho", language="vi"),
            AddLink(product="NHO", link_type="hasRetailers", target=SHOP_VI, title="Nơi bán", language="vi"),
            AddLink(
                product="NHO", link_type="hasRetailers", target=SHOP_EN, title="Where to buy", language="en"
            ),
            AddLink(
                product="NHO", lot=lot, link_type="certificationInfo", target=REPORT, title="Kết quả thử",
                media_type="application/pdf",
            ),
        ):  # fmt: skip
            world.run(add_link, link)
        yield Resolver(shop, lot_code_of(lot))
