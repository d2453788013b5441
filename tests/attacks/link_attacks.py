"""What a neighbour may try with links and names; each attack makes first what it is after."""

from collections.abc import Callable
from typing import Any

from ledger.coop.links.adding import AddLink, EndLink, add_link
from ledger.coop.links.aliases import AddAlias, EndAlias, GiveGtin, add_alias
from ledger.coop.links.link_tables import AliasRow, LinkRow
from ledger.trace.gs1.gtins import check_digit

LINK_TABLES = (LinkRow, AliasRow)
_GTIN = "0893850597500" + check_digit("0893850597500")


def _link(product: str, **about: Any) -> AddLink:
    target = "https://ke-gian.example.vn/"
    return AddLink(product=product, link_type="hasRetailers", target=target, title="Nơi bán", **about)


def _given(victim: Any) -> str:
    link: str = victim.world.run(add_link, _link("NHO")).id
    return link


def _named(victim: Any) -> str:
    named: str = victim.world.run(add_alias, AddAlias(product="NHO", gtin=_GTIN)).gtin
    return named


LINK_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "add_link": [
        lambda _: _link("NHO"),
        lambda v: _link("CUAMINH", lot=v.sealed),
        lambda v: _link("NHO", lot=v.sealed),
    ],
    "end_link": [lambda v: EndLink(_given(v))],
    "give_gtin": [lambda _: GiveGtin("NHO", _GTIN)],
    "add_alias": [
        lambda _: AddAlias(product="NHO", gtin=_GTIN),
        lambda v: AddAlias(product="CUAMINH", gtin=_GTIN, lot=v.sealed, lot_code="TROM"),
    ],
    "end_alias": [lambda v: EndAlias(_named(v))],
}
