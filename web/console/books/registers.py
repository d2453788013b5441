"""The registers a manager keeps: a list and a form each, all of the same make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, FOR_OTHERS, MANAGEMENT, OFFICE, SHIPPING, Actor, Role
from ledger.coop.registers.certificates import (
    Certificate,
    Scope,
    file_certificate,
    list_certificates,
    scopes,
)
from ledger.coop.registers.members import Member, add_member, list_members
from ledger.coop.registers.partners import add_partner, list_partners
from ledger.coop.registers.places import list_places, register_place
from ledger.coop.registers.products import list_products, register_product
from ledger.trace.sectors.templates import TEMPLATES
from signing.vault import Vault
from web.console.blueprint import console
from web.console.choices import place_options, product_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_area_m2, format_date, format_net_g
from web.forms.form import Form
from web.forms.inputs import Option
from web.forms.registers import (
    PARTNER_KIND_NAMES,
    PLACE_KIND_NAMES,
    CertificateForm,
    MemberForm,
    PartnerForm,
    PlaceForm,
    ProductForm,
)
from web.languages import _, join
from web.state import current

EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a register: its key, its name, a second line, where one can put an end to it, its page."""

    key: str
    title: str
    sub: str
    erase: str | None = None
    erase_name: str = _("Xóa dữ liệu cá nhân")
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A register: what it is called, who reads and who writes it, its lines, and the form of a new one.

    ``key_of`` gives a new line's key from what the use case returned.
    """

    title: str
    add: str
    empty: str
    form: type[Form[Any]]
    verb: Callable[..., Any]
    key_of: Callable[[Any], str]
    lines: Callable[[Session, Vault, Actor], tuple[Line, ...]]
    readers: frozenset[Role]
    writers: frozenset[Role]
    lead: str
    options: Callable[[Session, Actor], Mapping[str, tuple[Option, ...]]] = lambda *_: {}


def _places(session: Session, _: Vault, actor: Actor) -> tuple[Line, ...]:
    return tuple(
        Line(
            place.code,
            place.name,
            join(
                " · ",
                (
                    part
                    for part in (
                        place.code,
                        PLACE_KIND_NAMES[place.kind],
                        format_area_m2(place.area_m2) if place.area_m2 else "",
                    )
                    if part
                ),
            ),
        )
        for place in list_places(session, actor.organisation)
    )


def _products(session: Session, _vault: Vault, actor: Actor) -> tuple[Line, ...]:
    return tuple(
        Line(
            item.code,
            item.name,
            join(
                " · ",
                (item.code, _(TEMPLATES[item.template].name_vi), *map(format_net_g, item.net_options_g)),
            ),
            href=url_for("console.product", product=item.code),
        )
        for item in list_products(session, actor.organisation)
    )


def _members(session: Session, vault: Vault, actor: Actor) -> tuple[Line, ...]:
    return tuple(
        Line(
            member.id,
            member.name or _("Đã xóa theo yêu cầu"),
            join(" · ", (part for part in (member.code, member.phone) if part)),
            _erasing(actor, member),
        )
        for member in list_members(session, vault, actor.organisation)
    )


def _erasing(actor: Actor, member: Member) -> str | None:
    may = not actor.roles.isdisjoint(MANAGEMENT) and member.name is not None
    return url_for("console.erase_person", member=member.id) if may else None


def _partners(session: Session, vault: Vault, actor: Actor) -> tuple[Line, ...]:
    return tuple(
        Line(
            partner.id,
            partner.name,
            join(
                " · ",
                (
                    part
                    for part in (PARTNER_KIND_NAMES[partner.kind], partner.province, partner.phone)
                    if part
                ),
            ),
        )
        for partner in list_partners(session, vault, actor.organisation)
    )


def _certificates(session: Session, _vault: Vault, actor: Actor) -> tuple[Line, ...]:
    known = scopes(session, actor.organisation)
    return tuple(
        Line(
            item.uri,
            item.scheme,
            join(
                " · ", (_("Số %(number)s", number=item.number), _until(item), *_covered(known.get(item.uri)))
            ),
            _ending(actor, item),
            _("Kết thúc sớm"),
        )
        for item in list_certificates(session, actor.organisation)
    )


def _until(item: Certificate) -> str:
    said = _("hết hạn từ") if item.valid_to < current().today else _("đến hết")
    return f"{said} {format_date(item.valid_to)}"


def _covered(scope: Scope | None) -> tuple[str, ...]:
    """Products and places that a certificate covers, as people read them."""
    if scope is None:
        return ()
    return ", ".join(scope.products), ", ".join(scope.places) or str(_("mọi nơi"))


def _ending(actor: Actor, item: Certificate) -> str | None:
    may = not actor.roles.isdisjoint(OFFICE) and item.valid_to >= current().today
    return url_for("console.end_certificate", code=item.uri.rpartition("/")[2]) if may else None


REGISTERS: Mapping[str, Register] = {
    "noi-san-xuat": Register(
        title=_("Các nơi sản xuất"),
        add=_("Thêm nơi sản xuất"),
        empty=_("Ghi từng thửa, nhà màng, ao, chuồng, xưởng, kho. Có nơi rồi mới mở vụ được."),
        form=PlaceForm,
        verb=register_place,
        key_of=lambda place: place.code,
        lines=_places,
        readers=EVERYONE,
        writers=OFFICE,
        lead=_("Nơi sản xuất hiện công khai trên trang tem."),
    ),
    "san-pham": Register(
        title=_("Các sản phẩm"),
        add=_("Thêm sản phẩm"),
        empty=_("Ghi mặt hàng hợp tác xã bán ra. Quy trình của sản phẩm quyết định các bước ghi sổ."),
        form=ProductForm,
        verb=register_product,
        key_of=lambda product: product.code,
        lines=_products,
        readers=EVERYONE,
        writers=MANAGEMENT,
        lead=_("Thông tin này hiện công khai trên trang tem."),
    ),
    "chung-nhan": Register(
        title=_("Chứng nhận"),
        add=_("Thêm chứng nhận"),
        empty=_("Ghi VietGAP, OCOP, hữu cơ… để trang tem hiện đúng số và hạn."),
        form=CertificateForm,
        verb=file_certificate,
        key_of=lambda certificate: certificate.uri,
        lines=_certificates,
        readers=EVERYONE,
        writers=OFFICE,
        lead=_("Chứng nhận hiện công khai trên trang tem của những sản phẩm được chọn."),
        options=lambda session, who: {
            "products": product_options(session, who),
            "places": place_options(session, who),
        },
    ),
    "thanh-vien": Register(
        title=_("Thành viên"),
        add=_("Thêm thành viên"),
        empty=_("Ghi từng người làm. Tên và số điện thoại chỉ hợp tác xã đọc được, không lên trang tem."),
        form=MemberForm,
        verb=add_member,
        key_of=lambda member: member.id,
        lines=_members,
        readers=FOR_OTHERS,
        writers=OFFICE,
        lead=_("Tên và số điện thoại được mã hóa, chỉ người của hợp tác xã đọc được."),
    ),
    "doi-tac": Register(
        title=_("Đối tác"),
        add=_("Thêm đối tác"),
        empty=_("Ghi nơi hợp tác xã mua vào và giao hàng. Tên đối tác không lên trang tem."),
        form=PartnerForm,
        verb=add_partner,
        key_of=lambda partner: partner.id,
        lines=_partners,
        readers=FIELD_WORK | SHIPPING | {Role.DISTRIBUTOR},
        writers=SHIPPING,
        lead=_("Tên đối tác chỉ hợp tác xã đọc được, không lên trang tem."),
    ),
}


@console.get("/so-sach/<name>")
def register(name: str) -> ResponseReturnValue:
    """The lines of a register; ``moi`` names the one that was just added."""
    kept = _find(name)
    check_role(kept.readers)
    ledger = current().ledger
    lines = ledger.read(kept.lines, ledger.vault, actor())
    return render_template(
        "console/books/register.html",
        register=kept,
        name=name,
        lines=lines,
        new=next((line for line in lines if line.key == request.args.get("moi")), None),
        may_add=not actor().roles.isdisjoint(kept.writers),
        back=url_for("console.home"),
    )


@console.route("/so-sach/<name>/them", methods=["GET", "POST"])
def add_to_register(name: str) -> ResponseReturnValue:
    """The form of a new line."""
    kept = _find(name)
    check_role(kept.writers)
    form = kept.form()
    options = current().ledger.read(kept.options, actor())
    page = FormPage(
        kept.add,
        form.inputs(options),
        _("Lưu vào sổ"),
        url_for("console.register", name=name),
        lead=kept.lead,
    )
    return answer_form(
        page,
        form.parse,
        kept.verb,
        lambda result: url_for("console.register", name=name, moi=kept.key_of(result)),
    )


def _find(name: str) -> Register:
    found = REGISTERS.get(name)
    return found if found is not None else abort(404)
