"""Lines of text as bits: they look like the typeface and keep to their slot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from labels import (
    FieldOverflowError,
    Layout,
    Stamp,
)
from labels.design_files import FONT_FOLDER
from labels.glyphs import GlyphSetter
from labels.raster import ink_box
from tests.labels.label_printer import rendered, roll_of
from tests.labels.printed import HOST


def setter_of(layout: Layout, slot: str = "code") -> GlyphSetter:
    design = rendered(layout)
    return GlyphSetter(slot, layout, design, sorted(design.painted.typesets[slot].glyphs))


def strip_picture(setter: GlyphSetter, text: str) -> Image.Image:
    strip = setter.strip
    data = setter.set(text).to_bytes(strip.width * strip.height // 8, "big")
    return Image.frombytes("1", (strip.width, strip.height), bytes(255 - byte for byte in data))


@pytest.mark.parametrize("character", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_a_character_looks_like_the_typeface(character):
    layout = roll_of("crate_100x70", 300)
    setter = setter_of(layout)
    found = strip_picture(setter, character)
    found = found.crop(ink_box(found))
    size = rendered(layout).painted.typesets["code"].size_pt * 300 / 72
    font = ImageFont.truetype(str(FONT_FOLDER / "BeVietnamPro-SemiBold.ttf"), round(size))
    wanted = Image.new("1", (100, 100), 1)
    ImageDraw.Draw(wanted).text((30, 30), character, font=font, fill=0)
    wanted = wanted.crop(ink_box(wanted)).resize(found.size)
    same = (
        found.width * found.height
        - ImageChops.difference(found.convert("L"), wanted.convert("L")).histogram()[255]
    )
    assert same >= 0.85 * found.width * found.height


def test_no_two_characters_look_alike():
    setter = setter_of(roll_of())
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-()"
    assert len({setter.set(character) for character in characters}) == len(characters)


KEPT_SETTER: dict[str, GlyphSetter] = {}


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=14))
def test_a_line_keeps_to_its_slot_or_is_refused(code):
    layout = roll_of()
    setter = KEPT_SETTER.setdefault("code", setter_of(layout))
    text = Stamp(HOST, code).printed_code
    try:
        picture = strip_picture(setter, text)
    except FieldOverflowError:
        assert len(code) > 13 or "W" in code or "M" in code
        return
    slot = rendered(layout).slots["code"]
    left, _, right, _ = ink_box(picture)
    assert setter.strip.left == round(slot.left * 8)
    assert left >= 0
    assert right <= (slot.right - slot.left) * 8 + 1
