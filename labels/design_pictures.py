"""Pictures inside an own design: small PNG in black and white, or simple SVG shapes, written anew."""

from __future__ import annotations

import base64
import binascii
import io
import re
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from PIL import Image, UnidentifiedImageError

from labels.errors import DesignError

PICTURE_BYTES = 48_000
PICTURE_PIXELS = 4_000_000
SHAPES_LIMIT = 400

_DATA_URL = re.compile(
    r"data:image/(?P<kind>png|svg\+xml)(?:;[-\w=]+)*?(?P<base64>;base64)?,(?P<data>.*)", re.DOTALL
)
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc"}
)
_ATTRIBUTES = frozenset(
    {
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "d",
        "points",
        "transform",
        "fill",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "preserveAspectRatio",
        "version",
        "id",
        "class",
    }
)
_INKS = frozenset({"none", "black", "white", "#000", "#fff", "#000000", "#ffffff"})


def clean_picture(name: str, source: str) -> str:
    """A picture's ``data:`` address with only what was understood. Raises ``DesignError`` with the reason."""
    match = _DATA_URL.fullmatch(source.strip())
    if match is None:
        raise DesignError(name, _why_not_inside(source))
    data = _decoded(name, match["data"], is_base64=match["base64"] is not None)
    if len(data) > PICTURE_BYTES:
        raise DesignError(name, f"hình nặng {len(data)} byte, chỉ được {PICTURE_BYTES}")
    kind = match["kind"]
    clean = _clean_png(name, data) if kind == "png" else _clean_svg(name, data)
    return f"data:image/{kind};base64,{base64.b64encode(clean).decode()}"


def _why_not_inside(source: str) -> str:
    shown = source.strip()[:60]
    if shown.lower().startswith(("http:", "https:", "//", "ftp:")):
        return f"hình lấy từ mạng (“{shown}”); hãy nhúng hình thẳng vào mẫu (data:image/png;base64)"
    if shown.lower().startswith("data:"):
        return f"hình “{shown}” không phải PNG hay SVG"
    return f"hình lấy từ tệp (“{shown}”); hãy nhúng hình thẳng vào mẫu (data:image/png;base64)"


def _decoded(name: str, data: str, *, is_base64: bool) -> bytes:
    raw = unquote_to_bytes(data)
    if not is_base64:
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error:
        raise DesignError(name, "hình nhúng bị hỏng: phần base64 không đọc được") from None


def _clean_png(name: str, data: bytes) -> bytes:
    """The picture as 1-bit PNG on white. A printer has no grey: it would scatter dots instead."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.width * picture.height > PICTURE_PIXELS:
                raise DesignError(name, f"hình {picture.width} × {picture.height} điểm, quá lớn")
            pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise DesignError(name, "hình PNG nhúng bị hỏng, không đọc được") from None
    colours = pixels.getcolors(maxcolors=16)
    if colours is None or any(not _is_ink(colour) for _, colour in colours):
        raise DesignError(
            name, "hình có màu hoặc nét xám, máy in tem chỉ in được đen trắng; hãy lưu hình thành PNG 1 bit"
        )
    paper = Image.new("RGBA", pixels.size, "white")
    paper.alpha_composite(pixels)
    output = io.BytesIO()
    paper.convert("L").point(lambda level: 255 * (level > 127), mode="1").save(output, "PNG")
    return output.getvalue()


def _is_ink(colour: object) -> bool:
    match colour:
        case (_, _, _, 0) | (0, 0, 0, 255) | (255, 255, 255, 255):
            return True
        case _:
            return False


def _clean_svg(name: str, data: bytes) -> bytes:
    """The shapes of a drawing; what editors add in their own namespaces is left out."""
    if b"<!" in data.replace(b"<!--", b"") or b"\0" in data:
        raise DesignError(
            name, "hình SVG có phần khai báo (<!…>) không dùng được; hãy xuất lại thành SVG thường"
        )
    try:
        root = ET.fromstring(data)  # noqa: S314  (no declarations: nothing can expand)
    except ET.ParseError:
        raise DesignError(name, "hình SVG nhúng bị hỏng, không đọc được") from None
    count = sum(1 for _ in root.iter())
    if root.tag != f"{_SVG}svg" or count > SHAPES_LIMIT:
        raise DesignError(name, f"hình SVG không đúng dạng hoặc có hơn {SHAPES_LIMIT} nét vẽ")
    ET.register_namespace("", _SVG.strip("{}"))
    return ET.tostring(_clean_shape(name, root))


def _clean_shape(name: str, element: ET.Element, depth: int = 0) -> ET.Element:
    tag = element.tag.removeprefix(_SVG)
    if tag not in _ELEMENTS or depth > 8:
        raise DesignError(
            name, f"hình SVG có “{tag}” không dùng được; chỉ vẽ bằng path, rect, circle, line, polygon"
        )
    clean = ET.Element(element.tag)
    for key, value in element.attrib.items():
        if key.startswith("{"):
            continue
        if key not in _ATTRIBUTES:
            raise DesignError(name, f"hình SVG có thuộc tính “{key}” không dùng được")
        if key in ("fill", "stroke") and value.strip().lower() not in _INKS:
            raise DesignError(name, f"hình SVG có màu “{value}”, máy in tem chỉ in được đen trắng")
        clean.set(key, value)
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(_SVG):
            clean.append(_clean_shape(name, child, depth + 1))
    return clean
