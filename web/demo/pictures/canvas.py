"""A drawing surface for the demo's pictures: flat shapes, soft light, the same bytes every time. Pure.

Coordinates are in a box of 960 by 720 with the origin at the top left, colours are ``#rrggbb``. Shapes are
drawn at twice the size and reduced at the end, which is what smooths their edges.
"""

import io
from collections.abc import Iterable, Sequence
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 720
_FINER = 2
_BASES = (2, 3, 5, 7, 11, 13, 17, 19)

Point = tuple[float, float]


def scatter(index: int, *, of: int = 0) -> float:
    """A number in [0, 1) that looks random but is evenly spread: Halton's sequence, base picked by ``of``."""
    base = _BASES[of % len(_BASES)]
    rest, share, value = index + 1 + 16 * of, 1.0, 0.0
    while rest:
        rest, digit = divmod(rest, base)
        share /= base
        value += digit * share
    return value


def mix(one: str, other: str, share: float) -> str:
    """The colour that lies ``share`` (0 to 1) of the way from ``one`` to ``other``."""
    first, second = ImageColor.getrgb(one), ImageColor.getrgb(other)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first[:3], second[:3], strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"


class Canvas:
    """A picture under work."""

    def __init__(self, background: str = "#ffffff") -> None:
        self._image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), background)
        self._draw = ImageDraw.Draw(self._image)

    # -- surfaces --------------------------------------------------------------------------------------

    def fade(self, top: float, bottom: float, upper: str, lower: str) -> None:
        """A band across the picture that changes from the colour ``upper`` to ``lower``."""
        height = round((bottom - top) * _FINER)
        ramp = Image.linear_gradient("L").resize((1, height))
        over = Image.new("RGB", (1, height), lower)
        band = Image.composite(over, Image.new("RGB", (1, height), upper), ramp)
        self._image.paste(band.resize((WIDTH * _FINER, height)), (0, round(top * _FINER)))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.6) -> None:
        """Light around a point, fading outwards."""
        side = round(2 * radius * _FINER)
        mask = ImageChops.invert(Image.radial_gradient("L").resize((side, side)))
        mask = mask.point([max(0, round((value - 75) * strength * 1.4)) for value in range(256)])
        box = (round((x - radius) * _FINER), round((y - radius) * _FINER))
        self._image.paste(Image.new("RGB", (side, side), colour), box, mask)

    def shadow(self, x: float, y: float, width: float, height: float, strength: float = 0.35) -> None:
        """A soft dark ellipse, as things throw on the ground they stand on."""
        size = (round(width * 1.3 * _FINER), round(height * 1.6 * _FINER))
        small = (max(8, size[0] // 8), max(8, size[1] // 8))
        mask = Image.new("L", small, 0)
        inset = (small[0] * 0.14, small[1] * 0.2, small[0] * 0.86, small[1] * 0.8)
        ImageDraw.Draw(mask).ellipse(inset, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(min(small) / 7)).resize(size)
        box = (round(x * _FINER - size[0] / 2), round(y * _FINER - size[1] / 2))
        self._image.paste(Image.new("RGB", size, "#1c1a14"), box, mask)

    def veil(self, colour: str, strength: float) -> None:
        """A transparent colour over all that was drawn so far: mist, dusk, distance."""
        self._image.paste(Image.blend(self._image, Image.new("RGB", self._image.size, colour), strength))

    # -- shapes ----------------------------------------------------------------------------------------

    def polygon(self, points: Iterable[Point], fill: str) -> None:
        """A filled polygon."""
        self._draw.polygon(_scaled(points), fill=fill)

    def disc(self, x: float, y: float, radius_x: float, fill: str, radius_y: float | None = None) -> None:
        """A filled circle, or an ellipse with ``radius_y``."""
        radius_y = radius_x if radius_y is None else radius_y
        box = _scaled(((x - radius_x, y - radius_y), (x + radius_x, y + radius_y)))
        self._draw.ellipse(box, fill=fill)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: str, *, radius: float = 0
    ) -> None:
        """A filled rectangle, its corners rounded by ``radius``."""
        corners = _scaled(((left, top), (right, bottom)))
        self._draw.rounded_rectangle(corners, radius=radius * _FINER, fill=fill)

    def line(self, points: Iterable[Point], width: float, fill: str) -> None:
        """A line with round joints and ends."""
        scaled = _scaled(points)
        thickness = max(1, round(width * _FINER))
        self._draw.line(scaled, fill=fill, width=thickness, joint="curve")
        reach = thickness / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)

    def leaf(self, x: float, y: float, length: float, angle: float, fill: str, *, slim: float = 0.42) -> None:
        """A pointed leaf from (x, y) outwards at ``angle`` degrees, with its middle vein."""
        turn = angle * pi / 180
        ahead, aside = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
        steps = [index / 8 for index in range(9)]
        edge = [(share, slim / 2 * sin(pi * share**0.8)) for share in steps]
        outline = [*edge, *((share, -half) for share, half in reversed(edge))]
        self.polygon(
            [
                (x + length * (s * ahead[0] + w * aside[0]), y + length * (s * ahead[1] + w * aside[1]))
                for s, w in outline
            ],
            fill,
        )
        tip = (x + 0.86 * length * ahead[0], y + 0.86 * length * ahead[1])
        self.line([(x, y), tip], max(1.0, length * 0.025), mix(fill, "#ffffff", 0.28))

    def png(self) -> bytes:
        """The finished picture."""
        finished = self._image.reduce(_FINER)
        out = io.BytesIO()
        finished.save(out, "PNG", compress_level=1)
        return out.getvalue()


def curve(start: Point, bend: Point, end: Point, *, pieces: int = 16) -> list[Point]:
    """A quadratic curve from ``start`` to ``end``, drawn towards ``bend``."""
    shares = [index / pieces for index in range(pieces + 1)]
    return [
        (
            (1 - s) ** 2 * start[0] + 2 * s * (1 - s) * bend[0] + s * s * end[0],
            (1 - s) ** 2 * start[1] + 2 * s * (1 - s) * bend[1] + s * s * end[1],
        )
        for s in shares
    ]


def _scaled(points: Iterable[Point]) -> Sequence[Point]:
    return [(x * _FINER, y * _FINER) for x, y in points]
