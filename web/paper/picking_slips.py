"""The picking slip of a delivery as paper: from the books' lines to words on a page. Pure."""

from decimal import Decimal
from typing import Literal

from labels.slips import Slip, SlipLine
from ledger.coop.paper.slips import PickLine, PickSlip
from ledger.coop.registers.references import RETAIL
from ledger.trace.units import format_number
from web.formats import format_date
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking

Page = Literal["a4", "a5"]


@speaking(SOURCE)
def slip_of(found: PickSlip, url: str, page: Page) -> Slip:
    """The slip; ``url`` is where its symbol leads: the receiver counts and signs there."""
    return Slip(
        code=found.code,
        url=url,
        organisation=found.sender,
        lines=tuple(map(line_of, found.lines)),
        recipient="Khách lẻ" if found.recipient == RETAIL else found.recipient,
        sent_on=format_date(found.sent_on),
        page=page,
    )


@speaking(SOURCE)
def line_of(line: PickLine) -> SlipLine:
    """A line to fetch, in words."""
    return SlipLine(
        product_name=line.product_name,
        lot=line.lot_code,
        quantity=f"{format_number(line.quantity)} {line.unit_vi}",
        place=line.place_name,
        packing=_packing(line),
        expires_on=format_date(line.expires_on) if line.expires_on else "",
    )


def _packing(line: PickLine) -> str:
    """``5 thùng × 24 gói + 3 gói``; empty where no carton has a label, or none is full."""
    if line.packs_each is None or line.quantity < line.packs_each:
        return ""
    cartons, loose = divmod(line.quantity, line.packs_each)
    text = f"{format_number(cartons)} thùng × {format_number(Decimal(line.packs_each))} gói"
    return text if not loose else f"{text} + {format_number(loose)} gói"
