"""A print job: one layout, one text, many stamps, streamed as PDF.

Each label is the design's form, one image mask and one line of text; nothing is kept but offsets, so 100,000
labels take the memory of one sheet and their page numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import chain, islice

from labels.design import RenderedDesign, printable_characters, render_design
from labels.errors import NoStampsError, TooManyStampsError
from labels.pages import PagePainter
from labels.pdf import PageTree, PdfWriter, stream, text_string
from labels.press import PT_PER_MM, LabelPress
from labels.qr import MASK_SAMPLE
from labels.values import DESIGNS, STAMPS_A_JOB, Layout, Stamp, StampText, check_text

BATCH_BYTES = 1 << 16
"""Least bytes of a chunk, the first and the last excepted."""


def print_stamps(layout: Layout, text: StampText, stamps: Iterable[Stamp]) -> Iterator[bytes]:
    """Stream a PDF of the stamps in order. The same arguments always give the same bytes.

    What is wrong with the layout, the text, the number of a sized ``stamps`` or its first 64 raises a
    ``LabelError`` before the first byte; what is wrong later raises it midway, so write to a temporary file
    (``save_pdf``). About 70 ms for a new text, then 15 microseconds a label.
    """
    checked = check_text(text, printable_characters())
    if isinstance(stamps, Sized) and len(stamps) > STAMPS_A_JOB:
        raise TooManyStampsError(STAMPS_A_JOB)
    design = render_design(layout.design, checked)
    rest = iter(stamps)
    first = list(islice(rest, MASK_SAMPLE))
    if not first:
        raise NoStampsError
    press = LabelPress(design, layout.grid, layout.dots_per_mm, [stamp.url for stamp in first])
    for stamp in first:
        press.label(stamp)
    painter = PagePainter(layout, checked, design, press)
    title = f"{checked.product_name} · {checked.lot}"
    return _written(layout, design, painter, title, _limited(chain(first, rest)))


def _limited(stamps: Iterable[Stamp]) -> Iterator[Stamp]:
    for count, stamp in enumerate(stamps):
        if count == STAMPS_A_JOB:
            raise TooManyStampsError(STAMPS_A_JOB)
        yield stamp


def _written(
    layout: Layout, design: RenderedDesign, painter: PagePainter, title: str, stamps: Iterator[Stamp]
) -> Iterator[bytes]:
    """The file, in chunks: what the pages share, the pages, then the tree and the cross-references."""
    writer = PdfWriter()
    resources = _shared_objects(writer, layout, design)
    tree = PageTree(writer, b"/MediaBox%s/Resources%s" % (painter.media_box, resources))
    for page in painter.pages(stamps):
        tree.add(page)
        if writer.pending_bytes >= BATCH_BYTES:
            yield writer.drain()
    tree.close()
    preferences = b"/ViewerPreferences<</PrintScaling/None/PickTrayByPDFSize true>>/Lang(vi)"
    catalog = writer.add(b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree.root, preferences))
    info = writer.add(b"<</Title%s/Producer(Sogoc)>>" % text_string(title))
    yield writer.close(catalog, info)


def _shared_objects(writer: PdfWriter, layout: Layout, design: RenderedDesign) -> bytes:
    """Write the design and, hung from its top edge, the label's form (ISO 32000-1 §8.10); the resources."""
    painted = design.painted
    for body in painted.objects:
        writer.add(body)
    width_pt, height_pt = (side * PT_PER_MM for side in DESIGNS[layout.design])
    drop_pt = layout.grid.label_height / layout.dots_per_mm * PT_PER_MM - height_pt
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 %.4f %.4f]/Matrix[1 0 0 1 0 %.4f]/Resources %d 0 R" % (
        width_pt, height_pt, drop_pt, painted.resources_object,
    )  # fmt: skip
    form = writer.add(stream(entries, painted.content, deflate=True))
    code, sheet = (painted.typesets[slot].font_object for slot in ("code", "sheet"))
    return b"<</XObject<</L %d 0 R>>/Font<</C %d 0 R/S %d 0 R>>>>" % (form, code, sheet)
