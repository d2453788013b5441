"""A lot as files for others, with its links and further names."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, SHIPPING, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Holder, Scope
from ledger.coop.exchange.event_queries import Asker
from ledger.coop.links.adding import GivenLink, links_of
from ledger.coop.links.aliases import Alias, aliases_of
from ledger.coop.links.targets import host_of
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.registers.products import Product, find_product_by_uri
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.exchange.link_words import LINK_WORDS
from web.console.session import actor, check_role
from web.exchange import FORMS, make_file
from web.languages import _
from web.state import current

READERS = OFFICE | SHIPPING
_SCOPES = frozenset({Scope.QUERY, Scope.SEE_PARTNER, Scope.SEE_PRIVATE})
"""What a file for others may say: whatever is not about people."""


@dataclass(frozen=True, slots=True)
class FileWords:
    """What a form of the record is called, and for whom it is."""

    title: str
    why: str


FILES: Mapping[str, FileWords] = {
    "authority": FileWords(
        _("Hồ sơ nộp cơ quan nhà nước"),
        _("Mọi tệp dưới đây và bằng chứng, trong một tệp ZIP; luật cho 24 giờ"),
    ),
    "nd37": FileWords(_("Bảng truy xuất theo Nghị định 37"), _("Thông tin và sự kiện của lô, tệp Excel")),
    "epcis": FileWords(_("Nhật ký EPCIS 2.0"), _("Cho phần mềm của bên mua, hệ thống truy xuất khác")),
    "untp": FileWords(_("Hộ chiếu số UNTP"), _("Chứng thư đã ký, cho hải quan và phần mềm nước ngoài")),
    "credential": FileWords(_("Chứng thư W3C"), _("Chứng thư đã ký cùng lúc với lô")),
    "fsma204": FileWords(_("Bảng FSMA 204"), _("Hàng sang Mỹ: tệp Excel sắp xếp được")),
    "eudr": FileWords(_("Thửa đất EUDR"), _("Hàng sang châu Âu: ranh giới thửa, GeoJSON")),
}
"""In the order in which they are asked for."""
_SEALED_ONLY = {"untp": "credential.jwt", "credential": "credential"}
"""Signed files, which stand beside the lot's page and are there once it is sealed."""


@console.get("/ho-so-lo/<lot:lot>")
def lot_files(lot: str) -> ResponseReturnValue:
    """The files of a lot, its links and names."""
    check_role(READERS)
    own, product, links, aliases = current().ledger.read(_read, actor(), lot)
    roles = actor().roles
    return render_template(
        "console/exchange/lot_files.html",
        own=own,
        product=product,
        files=[(form, words, address) for form, words in FILES.items() if (address := _address(own, form))],
        links=links,
        aliases=aliases,
        words=LINK_WORDS,
        host_of=host_of,
        page=path_of(parse_identifier(lot)),
        is_pack=own.kind is LotKind.PACK,
        may_change=not roles.isdisjoint(MANAGEMENT),
        may_see_gaps=not roles.isdisjoint(OFFICE),
        done=request.args.get("xong", ""),
        back=url_for("console.lot", lot=lot),
    )


@console.get("/tep-lo/<form>/<lot:lot>")
def lot_file(form: str, lot: str) -> Response:
    """One of the files, made now. What is about people is in none of them."""
    check_role(READERS)
    state, who = current(), actor()
    wanted = FORMS.get(form)
    state.ledger.read(find_own_lot, who, lot)
    if wanted is None:
        raise NotFoundError(_("dạng xuất"), form[:40])
    holder = Holder(who.account_id, who.organisation, None, _SCOPES)
    return make_file(form, wanted, Asker(holder, state.ledger.vault, state.clock()), lot)


def _address(own: OwnLot, form: str) -> str | None:
    """Where a file is had; ``None`` while there is none."""
    if form not in _SEALED_ONLY:
        return url_for("console.lot_file", form=form, lot=own.lot)
    if own.sealed_index is None:
        return None
    return f"{path_of(parse_identifier(own.lot))}/{_SEALED_ONLY[form]}"


def _read(
    session: Session, actor: Actor, lot: str
) -> tuple[OwnLot, Product, tuple[GivenLink, ...], tuple[Alias, ...]]:
    own = find_own_lot(session, actor, lot)
    product = find_product_by_uri(session, actor.organisation, own.product or "")
    names = aliases_of(session, actor.organisation, product.code)
    links = links_of(session, actor.organisation, product.code, lot)
    return own, product, links, tuple(name for name in names if name.lot == own.lot)
