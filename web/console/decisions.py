"""What needs a decision today, the most pressing first. Pure but for the addresses, which Flask builds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from ledger.coop.actors import MANAGEMENT, OFFICE, PACKING, RECEIVING, Role
from ledger.coop.orders.lists import Pressing
from ledger.coop.queries import JobCard, LotCard, SeasonCard, ShipmentCard
from ledger.coop.registers.certificates import Certificate
from ledger.coop.supplies.stock import SupplyCard
from web.formats import format_date, format_number, format_quantity
from web.languages import _

EXPIRES_SOON = timedelta(days=2)
CERTIFICATE_ENDS_SOON = timedelta(days=30)
RECEIPT_IS_LATE = timedelta(days=3)
MAX_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Books:
    """What a decision can be about.

    ``seasons`` are those of ``season_count`` whose harvest is next; ``templates`` the templates of all;
    ``used`` the steps that this person recorded last. ``awaited`` are ids of shipments that somebody is still
    to sign for, ``unsettled`` of those that were not taken in whole; ``missing`` are registers without a
    line, without which nothing begins; ``over_scanned`` counts stamps that were scanned as only copies are;
    ``reports`` of the public wait for an answer; ``undelivered`` counts programs to which nothing could be
    sent for days.
    """

    seasons: tuple[SeasonCard, ...] = ()
    season_count: int = 0
    templates: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    to_pack: tuple[LotCard, ...] = ()
    to_seal: tuple[LotCard, ...] = ()
    to_activate: tuple[JobCard, ...] = ()
    packed: tuple[LotCard, ...] = ()
    sent: tuple[ShipmentCard, ...] = ()
    awaited: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()
    to_receive: tuple[ShipmentCard, ...] = ()
    over_scanned: int = 0
    reports: int = 0
    undelivered: int = 0
    expired_supplies: tuple[SupplyCard, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    pressing: tuple[Pressing, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide: what, why, where it is done, its picture."""

    title: str
    why: str
    href: str
    icon: str


def decide(books: Books, roles: frozenset[Role], today: date) -> tuple[Decision, ...]:
    """At most 12 decisions, the most pressing first.

    What to begin with, what may be copied, what spoils, what is short, what waits, what ends soon.
    """
    found = [] if roles.isdisjoint(OFFICE) else list(_first_lines(books, roles))
    found += [
        *_copied(books),
        *_reported(books),
        *_expiring(books, today),
        *_orders(books, today),
        *_short(books),
        *_late(books, today),
    ]
    if not roles.isdisjoint(PACKING):
        found += [*_to_seal(books), *_to_activate(books)]
    if not roles.isdisjoint(RECEIVING):
        found += _to_receive(books)
    found += [*_overdue(books), *_expired_supplies(books), *_ending(books, today), *_undelivered(books)]
    return tuple(found[:MAX_SHOWN])


_FIRST_LINES = {
    "noi-san-xuat": (
        _("Thêm nơi sản xuất đầu tiên"),
        _("Thửa, nhà màng, ao, chuồng, xưởng. Có nơi rồi mới mở vụ được."),
    ),
    "san-pham": (_("Thêm sản phẩm đầu tiên"), _("Quy trình của sản phẩm quyết định các bước ghi sổ.")),
}


def _first_lines(books: Books, roles: frozenset[Role]) -> Iterator[Decision]:
    if len(books.missing) == len(_FIRST_LINES) and not roles.isdisjoint(MANAGEMENT):
        yield Decision(
            _("Lập sổ trong mười câu"),
            _("Mặt hàng, nơi sản xuất, mẫu tem, vụ đầu tiên: trả lời xong là ghi sổ được."),
            url_for("console.setup"),
            "console/plus",
        )
    for name in books.missing:
        title, why = _FIRST_LINES[name]
        yield Decision(title, why, url_for("console.add_to_register", name=name), "console/plus")


def _copied(books: Books) -> Iterator[Decision]:
    if books.over_scanned:
        yield Decision(
            _("%(over_scanned)s con tem bị quét quá nhiều", over_scanned=format_number(books.over_scanned)),
            _("Có thể tem bị chép lại. Xem tem nào, ở tỉnh nào, rồi ghi kết quả."),
            url_for("console.seen_often"),
            "console/alarm",
        )


def _reported(books: Books) -> Iterator[Decision]:
    if books.reports:
        yield Decision(
            _("%(reports)s phản ánh của người mua chờ xem", reports=format_number(books.reports)),
            _("Có người báo trang tem sai. Xem lại, sửa nếu sai, rồi ghi kết quả."),
            url_for("console.reports"),
            "console/alarm",
        )


def _undelivered(books: Books) -> Iterator[Decision]:
    if books.undelivered:
        yield Decision(
            _("%(undelivered)s nơi nhận nhật ký không trả lời", undelivered=format_number(books.undelivered)),
            _("Sổ đã ngừng gửi sau ba ngày. Hãy hỏi bên nhận rồi gửi lại."),
            url_for("console.subscriptions"),
            "share",
        )


def _expiring(books: Books, today: date) -> Iterator[Decision]:
    for lot in books.packed:
        if lot.left and lot.expires_on is not None and lot.expires_on <= today + EXPIRES_SOON:
            over = _("đã hết hạn") if lot.expires_on < today else _("hết hạn")
            yield Decision(
                f"{lot.product} {lot.code} {over} {format_date(lot.expires_on)}",
                _("Còn %(left)s chưa giao.", left=format_quantity(lot.left, lot.uom)),
                url_for("console.lot", lot=lot.lot),
                "console/clock",
            )


def _orders(books: Books, today: date) -> Iterator[Decision]:
    for order in books.pressing:
        days = (today - order.due_on).days
        if order.is_declined:
            title, why = (
                _("Đơn %(code)s: tổ không nhận", code=order.code),
                _("Xem lý do rồi giao cho tổ khác."),
            )
        elif days > 0:
            title, why = (
                _("Đơn %(code)s trễ %(days)s ngày", code=order.code, days=format_number(days)),
                _("Giao ngay, hoặc gọi khách hẹn lại."),
            )
        else:
            title, why = (
                _("Đơn %(code)s phải giao hôm nay", code=order.code),
                _("Xem hàng đã soạn xong chưa."),
            )
        yield Decision(title, why, url_for("console.order", order=order.code), "console/slip")


def _short(books: Books) -> Iterator[Decision]:
    """Goods that the receiver did not take in: nobody has them until the sender says what became of them."""
    for sent in books.sent:
        if sent.id not in books.unsettled or sent.counted is None:
            continue
        missing = format_quantity(sent.quantity - sent.counted, sent.uom)
        yield Decision(
            _("Chuyến %(code)s thiếu %(missing)s", code=sent.code, missing=missing)
            if sent.counted
            else _("Chuyến %(code)s không được nhận", code=sent.code),
            _(
                "%(product)s %(lot_code)s, bên nhận đếm %(counted)s. Xem lý do, rồi ghi hàng trả về.",
                product=sent.product,
                lot_code=sent.lot_code,
                counted=format_number(sent.counted),
            ),
            url_for("console.delivery", code=sent.code),
            "console/alarm",
        )


def _late(books: Books, today: date) -> Iterator[Decision]:
    for sent in books.sent:
        if sent.id in books.awaited and sent.sent_on < today - RECEIPT_IS_LATE:
            yield Decision(
                _("Chuyến %(code)s chưa được ký nhận", code=sent.code),
                _(
                    "%(product)s %(lot_code)s, giao ngày %(sent_on)s. Hãy gọi bên nhận.",
                    product=sent.product,
                    lot_code=sent.lot_code,
                    sent_on=format_date(sent.sent_on),
                ),
                url_for("console.lot", lot=sent.lot),
                "steps/shipping",
            )


def _to_seal(books: Books) -> Iterator[Decision]:
    for lot in books.to_seal:
        if lot.left:
            yield Decision(
                _("Ký lô %(product)s %(code)s", product=lot.product, code=lot.code),
                _(
                    "%(left)s, đóng ngày %(made_on)s.",
                    left=format_quantity(lot.left, lot.uom),
                    made_on=format_date(lot.made_on),
                ),
                url_for("console.seal_lot", lot=lot.lot),
                "console/seal",
            )


def _to_activate(books: Books) -> Iterator[Decision]:
    for job in books.to_activate:
        if job.is_sealed and job.is_printed:
            yield Decision(
                _(
                    "Kích hoạt %(waiting)s tem lô %(lot_code)s",
                    waiting=format_number(job.waiting),
                    lot_code=job.lot_code,
                ),
                _("Tem đã in. Dán xong thì kích hoạt để người mua quét được."),
                url_for("console.activate", job_id=job.job),
                "steps/label_activation",
            )


def _to_receive(books: Books) -> Iterator[Decision]:
    for coming in books.to_receive:
        yield Decision(
            _(
                "Nhận %(quantity)s %(product)s",
                quantity=format_quantity(coming.quantity, coming.uom),
                product=coming.product,
            ),
            _(
                "Từ %(sender)s, giao ngày %(sent_on)s.",
                sender=coming.sender,
                sent_on=format_date(coming.sent_on),
            ),
            url_for("console.receive_shipment", code=coming.code),
            "steps/receiving",
        )


def _overdue(books: Books) -> Iterator[Decision]:
    for season in books.seasons:
        days = season.days_to_harvest
        if days is not None and days < 0:
            yield Decision(
                _(
                    "%(product)s, %(place_name)s: quá ngày thu dự kiến %(days)s ngày",
                    product=season.product,
                    place_name=season.place_name,
                    days=-days,
                ),
                _("Thu hoạch, hoặc ghi theo dõi sinh trưởng với ngày mới, hoặc kết thúc vụ."),
                url_for("console.season", season=season.lot),
                "console/season",
            )


def _expired_supplies(books: Books) -> Iterator[Decision]:
    for supply in books.expired_supplies[:3]:
        yield Decision(
            _("%(name)s trong kho đã hết hạn", name=supply.name),
            _("Đừng dùng nữa. Đã hủy hay trả lại thì ghi xuất kho."),
            url_for("console.supply", supply_id=supply.id),
            "console/clock",
        )


def _ending(books: Books, today: date) -> Iterator[Decision]:
    for certificate in books.certificates:
        if today <= certificate.valid_to <= today + CERTIFICATE_ENDS_SOON:
            yield Decision(
                _(
                    "%(scheme)s hết hạn %(valid_to)s",
                    scheme=certificate.scheme,
                    valid_to=format_date(certificate.valid_to),
                ),
                _(
                    "Số %(number)s. Hãy làm thủ tục gia hạn rồi ghi chứng nhận mới.",
                    number=certificate.number,
                ),
                url_for("console.register", name="chung-nhan"),
                "console/paper",
            )
