"""From the books' words to paper's values: a print spec is a layout, label facts are a stamp's text. Pure.

The books keep plain words (``PrintSpec``, ``LabelFacts``) and know no paper; what cannot be printed so is
refused here, before a number is reserved.
"""

import math

from labels.design_files import Design
from labels.errors import PaperError
from labels.layouts import Layout, PrinterProfile
from labels.papers import STOCKS, Paper, own_grid, roll
from labels.texts import TEXT_LIMITS, StampText
from ledger.coop.paper.label_contents import LabelFacts
from ledger.coop.paper.print_specs import PrintSpec
from ledger.trace.events.flows import EACH
from ledger.trace.units import format_number
from web.formats import format_date, format_net_g, format_weight_kg
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking

JUST_MM = 1.0
"""A cell at most this much larger than a design was cut for it."""
GRID = "grid"
"""What a spec calls paper that it gives the measures of."""
UNBOUND_PRODUCT = "Nông sản hợp tác xã"
UNBOUND_LOT = "ghi khi đóng gói"
_GRID_NUMBERS = 10


def paper_of(spec: PrintSpec) -> Paper:
    """The paper that a spec names or measures; a page that is one stamp is a roll. Raises ``PaperError``."""
    if spec.paper != GRID:
        if spec.paper not in STOCKS:
            raise PaperError(f"không có khổ giấy “{spec.paper}”, hãy chọn lại trong danh sách", "paper")
        return STOCKS[spec.paper].paper
    if len(spec.grid) != _GRID_NUMBERS:
        raise PaperError("chưa ghi đủ số đo của khổ giấy riêng", "paper")
    page_width, page_height, cell_width, cell_height, columns, rows, left, top, pitch_x, pitch_y = spec.grid
    is_one = columns == rows == 1 and left == top == 0
    if is_one and (page_width, page_height) == (cell_width, cell_height):
        return roll(float(page_width), float(page_height))
    return own_grid(
        float(page_width), float(page_height), float(cell_width), float(cell_height),
        int(columns), int(rows), float(left), float(top), float(pitch_x), float(pitch_y),
    )  # fmt: skip


def fitting_paper(design: Design, file: str) -> str:
    """The paper with the smallest cells that hold the design: a sheet, a roll for ZPL.

    A sheet is one to cut, or one that a maker has cut for labels of just this size. Raises ``PaperError``
    where the design is larger than any.
    """
    fits = [
        (stock.paper.cell_width_mm * stock.paper.cell_height_mm, stock.name)
        for stock in STOCKS.values()
        if _takes(stock.paper, file)
        and 0 <= stock.paper.cell_width_mm - design.width_mm <= _slack_mm(stock.paper)
        and 0 <= stock.paper.cell_height_mm - design.height_mm <= _slack_mm(stock.paper)
    ]
    if not fits:
        raise PaperError("mẫu tem này lớn hơn mọi khổ có sẵn, hãy lưu máy in với khổ giấy riêng", "paper")
    return min(fits)[1]


def _takes(paper: Paper, file: str) -> bool:
    return paper.kind == ("roll" if file == "zpl" else "sheet")


def _slack_mm(paper: Paper) -> float:
    """How much larger than a design a cell may be; what is cut by hand may be any size."""
    return math.inf if paper.is_cut or paper.kind == "roll" else JUST_MM


def fed_paper(spec: PrintSpec) -> Paper:
    """The paper of a spec, if its file can be printed on it. Raises ``PaperError``."""
    paper = paper_of(spec)
    if spec.file == "zpl" and paper.kind != "roll":
        raise PaperError("tệp ZPL chỉ in trên cuộn tem, hãy chọn giấy cuộn hoặc chọn tệp PDF", "paper")
    return paper


def layout_of(spec: PrintSpec, design: Design) -> Layout:
    """How a spec is put on paper with ``design``. Raises ``labels.LabelError``."""
    return Layout(
        paper=fed_paper(spec),
        design=design,
        dpi=float(spec.dpi),
        level="Q" if spec.level == "Q" else "M",
        used_cells=spec.used_cells,
        copies=spec.copies,
        profile=PrinterProfile(
            offset_x_mm=float(spec.offset_x_mm),
            offset_y_mm=float(spec.offset_y_mm),
            scale_x=float(spec.scale_x),
            scale_y=float(spec.scale_y),
        ),
    )


@speaking(SOURCE)
def stamp_text(facts: LabelFacts) -> StampText:
    """What a stamp says of these facts; of a roll ordered ahead, little more than whose it is."""
    return StampText(
        product_name=facts.product_name or UNBOUND_PRODUCT,
        lot=facts.lot_code or UNBOUND_LOT,
        organisation=facts.organisation,
        packed_on=format_date(facts.packed_on) if facts.packed_on else "",
        expires_on=format_date(facts.expires_on) if facts.expires_on else "",
        weight=_weight(facts),
        sender=_sender(facts) if facts.lot_code else "",
        address=facts.address,
        origin=facts.origin,
        made_on=format_date(facts.made_on) if facts.made_on else "",
        ingredients=facts.ingredients,
        warning=facts.warning,
        storage=facts.storage,
    )


def _sender(facts: LabelFacts) -> str:
    """Where the crate comes from; a long address gives way to commune and province."""
    return facts.address if len(facts.address) <= TEXT_LIMITS["sender"] else facts.place


def _weight(facts: LabelFacts) -> str:
    """What is in a pack, or the lot's own weight where it is sold whole."""
    weight = ""
    if facts.net_g is not None:
        weight = format_net_g(facts.net_g)
    elif facts.net_count is not None:
        weight = f"{format_number(facts.net_count)} {facts.net_unit}"
    elif facts.quantity is not None and facts.uom not in ("", EACH):
        weight = format_weight_kg(facts.quantity)
    return weight.replace("\u00a0", " ")  # pages keep number and unit together; on a stamp nothing wraps
