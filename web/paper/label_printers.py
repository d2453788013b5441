"""Any print job for a printer that is fed with ZPL: the same stamps, one after the other on a roll."""

from dataclasses import replace

from labels.layouts import PrinterProfile
from labels.papers import roll
from web.paper.printing import Sheet


def as_zpl(sheet: Sheet, dpi: float | None = None) -> Sheet:
    """The sheet as ZPL; sheets of paper become a roll of labels of the design's size.

    ``dpi`` is the printer's, by default what was ordered. Raises ``labels.LabelError``.
    """
    layout = sheet.layout if dpi is None else replace(sheet.layout, dpi=dpi)
    if layout.paper.kind == "sheet":
        paper = roll(layout.design.width_mm, layout.design.height_mm)
        layout = replace(layout, paper=paper, used_cells=0, profile=PrinterProfile())
    spec = replace(sheet.job.spec, file="zpl")
    return replace(sheet, layout=layout, job=replace(sheet.job, spec=spec))
