"""Photographed papers: looked at by those whom they concern, and destroyed by a manager."""

import io

from flask import Response, render_template, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from PIL import Image

from ledger.coop.actors import MANAGEMENT
from ledger.coop.attachments.documents import (
    DocumentKind,
    EraseDocument,
    erase_document,
    find_document,
    read_document,
)
from ledger.coop.attachments.photos import MEDIA_TYPE
from ledger.coop.errors import NotFoundError
from ledger.coop.people.account_queries import find_open_account
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.photos import SMALL_PX, document_address, small_document_address
from web.console.session import actor, check_role
from web.formats import format_moment
from web.forms.form import KEY
from web.forms.typed import Typed
from web.languages import _
from web.state import current

KIND_NAMES = {
    DocumentKind.MONEY: _("Hóa đơn, chứng từ"),
    DocumentKind.DELIVERY: _("Giấy tờ giao hàng"),
    DocumentKind.LABORATORY: _("Phiếu kiểm nghiệm"),
    DocumentKind.STEP: _("Nhãn, giấy tờ của việc đã làm"),
}
_SCHEME = "ni:///sha-256;"
_QUALITY = 72


@console.record_once
def know_documents(setup: BlueprintSetupState) -> None:
    """Teach templates where papers are shown."""
    setup.app.jinja_env.filters.update(document=document_address, small_document=small_document_address)


@console.get("/giay-to/<name>")
def document(name: str) -> ResponseReturnValue:
    """A paper: ``name`` is its digest without the scheme."""
    found = current().ledger.read(find_document, actor(), _SCHEME + name)
    return render_template(
        "console/entries/document.html",
        found=found,
        name=name,
        kinds=[KIND_NAMES[kind] for kind in DocumentKind if kind in found.kinds],
        by=_account_name(found.account_id),
        may_erase=not actor().roles.isdisjoint(MANAGEMENT) and found.erased_at is None,
        back=url_for("console.home"),
    )


@console.get("/giay-to/<name>/anh")
def document_picture(name: str) -> ResponseReturnValue:
    """The picture itself."""
    return _send(_read(name), name)


@console.get("/giay-to/<name>/nho")
def small_document(name: str) -> ResponseReturnValue:
    """A small copy, made when it is asked for: nothing of a paper is kept outside the books."""
    with Image.open(io.BytesIO(_read(name)), formats=("WEBP",)) as image:
        small = image.convert("RGB")
    small.thumbnail((SMALL_PX, SMALL_PX))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=4)
    return _send(out.getvalue(), f"{name}-{SMALL_PX}")


@console.route("/giay-to/<name>/xoa", methods=["GET", "POST"])
def erase_paper(name: str) -> ResponseReturnValue:
    """Destroy a picture for ever."""
    check_role(MANAGEMENT)
    found = current().ledger.read(find_document, actor(), _SCHEME + name)
    if found.erased_at is not None:
        raise NotFoundError(_("giấy tờ"), name[-12:])
    page = FormPage(
        _("Xóa ảnh giấy tờ"),
        (),
        _("Xóa, không lấy lại được"),
        url_for("console.document", name=name),
        lead=_(
            "Ảnh chụp %(kept_at)s sẽ không ai xem được nữa, kể cả hợp tác xã. Việc đã ghi và số tiền "
            "vẫn còn. Bản sao lưu làm trước hôm nay vẫn còn ảnh.",
            kept_at=format_moment(found.kept_at),
        ),
        is_grave=True,
        refused=_("Chưa xóa"),
    )

    def parse(typed: Typed) -> EraseDocument:
        return EraseDocument(digest=_SCHEME + name, idempotency_key=typed.one(KEY) or None)

    return answer_form(page, parse, erase_document, lambda done: document_address(done.digest))


def _read(name: str) -> bytes:
    ledger = current().ledger
    return ledger.read(read_document, ledger.vault, actor(), _SCHEME + name)


def _send(data: bytes, etag: str) -> Response:
    response: Response = send_file(io.BytesIO(data), mimetype=MEDIA_TYPE, conditional=True, etag=etag)
    return response


def _account_name(account_id: str) -> str:
    """The login under which a paper was photographed; empty where nobody noted it, or it is closed."""
    try:
        return current().ledger.read(find_open_account, actor(), account_id).login
    except NotFoundError:
        return ""
