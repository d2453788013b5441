"""The card that a message shows when somebody sends on a passport: 1200 by 630 pixels, drawn here. Pure.

It says what, who, where and when, and never “genuine”: other people's servers keep pictures for weeks. Only a
warning is on it, in the colour that the page has then.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from web.public.card_facts import CardFacts
from web.public.photos import photo_data

SIZE = (1200, 630)
"""What Zalo and Facebook show without cutting (Open Graph, 1.91 : 1)."""
_PHOTO = 500
_LEFT, _RIGHT = _PHOTO + 52, SIZE[0] - 44
_BAND = 96
_PAPER, _INK, _MUTED = "#fbfaf5", "#1b241f", "#535e57"
_GREEN, _LEAF = "#14603a", "#e3f0e8"
_WARNING = {"recalled": "#a0141f", "expired": "#8a3a10"}
_COLOURS = 256
_KEPT = 64


@lru_cache(maxsize=_KEPT)
def draw_card(card: CardFacts, store: Path) -> bytes:
    """The card as PNG; its last 64 are kept. A photo that is gone leaves a plain field of green."""
    image = Image.new("RGB", SIZE, _PAPER)
    image.paste(_photo(card, store), (0, 0))
    pen = ImageDraw.Draw(image)
    _write(pen, card)
    _draw_band(pen, card)
    out = io.BytesIO()
    # A palette keeps a photograph below what messengers fetch on a slow line.
    image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT).save(out, "PNG", optimize=True)
    return out.getvalue()


def _photo(card: CardFacts, store: Path) -> Image.Image:
    size = (_PHOTO, SIZE[1])
    try:
        data = None if card.photo is None else photo_data(store, card.photo)
    except Exception:  # noqa: BLE001  # whatever is wrong with a file, the card is drawn without it
        data = None
    if data is None:
        return _plain(size)
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
        return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)


def _plain(size: tuple[int, int]) -> Image.Image:
    """A seedling on green: the mark of the pages."""
    image = Image.new("RGB", size, _GREEN)
    pen = ImageDraw.Draw(image)
    x, y = size[0] // 2, size[1] // 2
    pen.line((x, y - 20, x, y + 130), fill=_LEAF, width=16)
    pen.pieslice((x - 150, y - 120, x + 20, y + 40), 0, 90, fill=_LEAF)
    pen.pieslice((x - 20, y - 170, x + 170, y + 10), 90, 180, fill=_LEAF)
    pen.line((x - 110, y + 138, x + 110, y + 138), fill=_LEAF, width=16)
    return image


def _write(pen: ImageDraw.ImageDraw, card: CardFacts) -> None:
    y = 52
    for size, weight, colour, text, lines in (
        (58, "Bold", _INK, card.name, 2),
        (36, "SemiBold", _INK, card.producer, 2),
        (30, "Regular", _MUTED, card.region, 1),
        *((30, "Regular", _INK, fact, 1) for fact in card.facts),
    ):
        font = _font(weight, size)
        for line in _lines(text, font, lines):
            pen.text((_LEFT, y), line, fill=colour, font=font)
            y += round(size * 1.32)
        y += 8 if text else 0


def _draw_band(pen: ImageDraw.ImageDraw, card: CardFacts) -> None:
    top = SIZE[1] - _BAND
    pen.rectangle((_PHOTO, top, *SIZE), fill=_WARNING.get(card.state, _GREEN))
    font = _font("SemiBold", 34)
    line = next(_lines(card.foot, font, 1), "")
    pen.text((_LEFT, top + _BAND // 2), line, fill="white", font=font, anchor="lm")


def _lines(text: str, font: ImageFont.FreeTypeFont, limit: int) -> Iterator[str]:
    """At most ``limit`` lines that fit; what is left out is said by an ellipsis."""
    words, line = text.split(), ""
    for number in range(limit):
        line = ""
        while words and font.getlength(f"{line} {words[0]}".strip()) <= _RIGHT - _LEFT:
            line = f"{line} {words.pop(0)}".strip()
        if words and (number == limit - 1 or not line):
            yield _cut(f"{line} {words[0]}".strip(), font)
            return
        if line:
            yield line


def _cut(line: str, font: ImageFont.FreeTypeFont) -> str:
    while line and font.getlength(f"{line}…") > _RIGHT - _LEFT:
        line = line[:-1].rstrip()
    return f"{line}…"


@lru_cache(maxsize=16)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    data = files("labels").joinpath(f"fonts/BeVietnamPro-{weight}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)
