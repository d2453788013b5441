"""Designs tried out: checked against a printer, and drawn as that printer would print them."""

from labels.design_check import check_sharp
from labels.design_files import Design, own_design
from labels.pictures import design_png
from labels.qr_tables import Level
from labels.texts import Stamp
from web.paper.label_designs import has_barcode, has_secret
from web.paper.stamp_samples import sample_carton, sample_stamp, sample_text

ORGANISATION = "Hợp tác xã Nông nghiệp Đồng Văn"
"""Whose stamp a picture shows when nobody is signed in."""
PUBLIC_URL = "https://so.example.vn"
"""Whose address its symbol holds then: as long as most."""


def check_design(
    html: str, css: str, width_mm: float, height_mm: float, *, dpi: float, level: Level, name: str = "mau"
) -> Design:
    """A design of somebody's own that prints sharply with a sample text. Raises ``labels.LabelError``."""
    design = own_design(name, html, css, width_mm, height_mm)
    check_printer(design, dpi, level)
    return design


def check_printer(
    design: Design, dpi: float, level: Level, organisation: str = ORGANISATION, public_url: str = PUBLIC_URL
) -> None:
    """Raises ``labels.LabelError`` unless the design prints sharply at ``dpi``."""
    check_sharp(design, sample_text(organisation), dpi, level, _sample(design, public_url).url)


def draw_design(
    design: Design,
    dpi: float,
    level: Level = "M",
    organisation: str = ORGANISATION,
    public_url: str = PUBLIC_URL,
) -> bytes:
    """A PNG, a pixel a dot. Raises ``labels.LabelError``."""
    return design_png(design, sample_text(organisation), _sample(design, public_url), dpi, level)


def _sample(design: Design, public_url: str) -> Stamp:
    if has_barcode(design):
        return sample_carton(public_url)
    return sample_stamp(public_url, has_secret=has_secret(design))
