"""A recall as letters: from the books' list of whom to tell to words on paper and a short message. Pure."""

from collections.abc import Sequence
from datetime import date

from labels.letters import Letter, LetterLine
from ledger.coop.recalls.impact import Impact, ToTell
from ledger.trace.events.statements import LotRecalled, OrganisationRegistered
from web.formats import format_date, format_quantity
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking

MAX_MESSAGE = 480
"""Three SMS in one; Zalo takes more."""

_SLIP = (
    "Còn trong kho: ...............   Đã bán hoặc đã dùng: ...............   Trả lại: ...............",
    "Người trả lời: ................................................   Ngày: ....................   Ký tên:",
)


@speaking(SOURCE)
def recall_letters(
    impact: Impact,
    statement: LotRecalled,
    sender: OrganisationRegistered,
    told: Sequence[ToTell],
    today: date,
) -> tuple[Letter, ...]:
    """A letter for everybody to tell whose name is known; the public reads the stamp's page instead."""
    return tuple(_letter(impact, statement, sender, one, today) for one in told if not one.receiver.is_public)


@speaking(SOURCE)
def recall_message(statement: LotRecalled, sender: OrganisationRegistered, one: ToTell, page: str) -> str:
    """What is sent by Zalo or SMS; ``page`` is the address of the lot's public page."""
    codes = ", ".join(sorted({shipment.lot_code for shipment in one.shipments}))
    said = (
        f"{sender.name} thu hồi lô {codes}. Lý do: {statement.reason} Việc cần làm: {statement.instruction} "
        f"Liên hệ: {statement.contact}."
    )
    room = MAX_MESSAGE - len(page) - 1
    return f"{said if len(said) <= room else said[: room - 1].rstrip() + '…'} {page}"


def _letter(
    impact: Impact, statement: LotRecalled, sender: OrganisationRegistered, one: ToTell, today: date
) -> Letter:
    products = {found.lot: found.product for found in impact.lots}
    return Letter(
        organisation=sender.name,
        address=sender.address,
        phone=f"Điện thoại: {sender.phone}" if sender.phone else "",
        place_and_day=f"{sender.province}, ngày {today.day:02} tháng {today.month:02} năm {today.year}",
        title="THÔNG BÁO THU HỒI HÀNG",
        about=f"Thu hồi lô {impact.code}",
        recipient=one.receiver.name,
        paragraphs=(
            f"{sender.name} thu hồi các lô hàng dưới đây đã giao cho quý đơn vị.",
            f"Lý do: {statement.reason}",
            f"Phạm vi: {statement.scope}. Nơi quyết định: {statement.decided_by}.",
        ),
        to_do=(
            "Ngừng bán và để riêng các lô này. Báo cho nơi đã mua lại của quý đơn vị.",
            statement.instruction,
            f"Điền phiếu trả lời ở dưới và gửi lại. Liên hệ: {statement.contact}.",
        ),
        lines=tuple(
            LetterLine(
                product=products.get(shipment.lot, "") or "Hàng hóa",
                lot=shipment.lot_code,
                quantity=format_quantity(shipment.arrived, shipment.uom).replace("\u00a0", " "),
                sent_on=format_date(shipment.sent_on),
                shipment=shipment.code,
            )
            for shipment in one.shipments
        ),
        signed_by="Đại diện đơn vị (ký, ghi rõ họ tên, đóng dấu)",
        slip=_SLIP,
    )
