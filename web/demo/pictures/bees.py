"""Pictures of the apiary and its honey."""

from math import cos, pi, sin

from web.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, curve, mix, scatter
from web.demo.pictures.parts import (
    DARK_LEAF,
    HONEY,
    LEAF,
    STEEL,
    WOOD,
    YOUNG_LEAF,
    ground,
    hills,
    person,
    sky,
    stamp,
    table,
    tiled_room,
    tufts,
)


def apiary() -> Canvas:
    """Hives at the edge of a forest."""
    canvas = Canvas()
    sky(canvas, 330, evening=True)
    hills(canvas, 330)
    ground(canvas, 330, "#6f9448", "#a9bf78")
    for index in range(60):
        x = scatter(index) * WIDTH
        shade = mix(DARK_LEAF, YOUNG_LEAF, scatter(index, of=2))
        canvas.disc(x, 330 - 50 * scatter(index, of=1), 34 + 22 * scatter(index, of=3), shade)
    for index, (x, y) in enumerate(
        ((90, 420), (300, 400), (520, 420), (740, 400), (190, 540), (450, 560), (710, 545))
    ):
        _hive(canvas, x, y, 1 + 0.12 * (y > 500), ("#6fa8c9", "#e6c75a", "#d98f6a")[index % 3])
    tufts(canvas, 600, 50, "#4f7d35")
    _bees(canvas, 24, 380, 300)
    return canvas


def check() -> Canvas:
    """A frame held up to the light."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#eef3df", "#b8cf92")
    canvas.glow(700, 120, 300, "#fff6d0", 0.9)
    _frame(canvas, 150, 110, 660, 460)
    for index in range(46):
        x, y = 200 + 560 * scatter(index), 170 + 340 * scatter(index, of=1)
        _bee(canvas, x, y, 17, 360 * scatter(index, of=2))
    for side, x in ((-1, 150), (1, 810)):
        canvas.line(curve((x + side * 190, 720), (x + side * 120, 420), (x, 320)), 90, "#f0ead8")
        canvas.disc(x, 318, 52, "#e9dfc4")
    return canvas


def extraction() -> Canvas:
    """Honey running from the extractor."""
    canvas = Canvas()
    tiled_room(canvas, 560)
    canvas.shadow(360, 640, 480, 70)
    canvas.box(160, 120, 560, 600, STEEL, radius=30)
    canvas.box(180, 130, 250, 590, mix(STEEL, "#ffffff", 0.55), radius=30)
    canvas.disc(360, 130, 200, mix(STEEL, "#000000", 0.2), 46)
    canvas.disc(360, 130, 176, mix(HONEY, "#5c3a08", 0.35), 36)
    canvas.box(545, 470, 650, 510, mix(STEEL, "#000000", 0.3), radius=8)
    canvas.line(curve((646, 505), (676, 560), (672, 640)), 30, HONEY)
    canvas.line(curve((642, 508), (668, 560), (666, 630)), 8, mix(HONEY, "#ffffff", 0.5))
    canvas.shadow(690, 700, 260, 30)
    canvas.box(570, 600, 810, 715, "#f2f5f6", radius=12)
    canvas.disc(690, 606, 118, HONEY, 24)
    person(canvas, 880, 700, 430, shirt="#f4f6f7", facing=-1, indoors=True)
    return canvas


def filtering() -> Canvas:
    """Honey through a fine sieve."""
    canvas = Canvas()
    tiled_room(canvas, 420)
    table(canvas, 420)
    canvas.shadow(480, 670, 520, 70)
    canvas.polygon([(250, 430), (710, 430), (660, 690), (300, 690)], "#eef4f6")
    canvas.polygon([(280, 540), (680, 540), (652, 676), (308, 676)], HONEY)
    canvas.disc(480, 300, 260, mix(STEEL, "#000000", 0.2), 70)
    canvas.disc(480, 292, 240, mix(HONEY, "#ffffff", 0.15), 58)
    canvas.polygon([(250, 316), (710, 316), (560, 420), (400, 420)], mix(STEEL, "#ffffff", 0.1))
    for x in (420, 460, 500, 540):
        canvas.line([(x, 418), (x, 545)], 9, HONEY)
    canvas.line([(240, 300), (80, 250)], 22, WOOD)
    return canvas


def jars() -> Canvas:
    """Jars with lids, labels and stamps."""
    canvas = Canvas()
    canvas.fade(0, 420, "#fbf3df", "#f0dcb0")
    canvas.fade(420, HEIGHT, "#c99d64", "#a2783f")
    for index, x in enumerate((180, 400, 620, 830)):
        _jar(canvas, x, 620 - 24 * (index % 2), 300)
    canvas.leaf(40, 690, 190, -30, LEAF)
    canvas.leaf(920, 700, 170, -150, DARK_LEAF)
    return canvas


def product() -> Canvas:
    """One jar for the product's page."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#fdf6e4", "#f0d9a4")
    canvas.glow(480, 300, 380, "#fff8dc", 0.9)
    _jar(canvas, 440, 640, 480)
    canvas.line(curve((640, 640), (720, 420), (800, 200)), 20, WOOD)
    for ring in range(5):
        canvas.disc(648, 600 - 26 * ring, 46 - 5 * abs(ring - 2), mix(WOOD, "#ffffff", 0.12), 14)
    return canvas


def star_anise() -> Canvas:
    """The forest that the bees fly to: star anise."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#e7efd9", "#a8c389")
    for index in range(30):
        x, y = scatter(index) * WIDTH, scatter(index, of=1) * HEIGHT
        canvas.leaf(
            x, y, 190, 360 * scatter(index, of=2), mix(LEAF, "#dcebc4", scatter(index, of=3)), slim=0.34
        )
    for x, y, size in ((260, 280, 120), (600, 420, 150), (780, 190, 95)):
        for petal in range(8):
            canvas.leaf(x, y, size, 45 * petal + 12, mix("#f0d7c0", "#c98f6a", scatter(petal)), slim=0.5)
        canvas.disc(x, y, size * 0.17, "#b5703f")
    _bees(canvas, 7, 300, 320)
    return canvas


def _hive(canvas: Canvas, x: float, y: float, scale: float, colour: str) -> None:
    half, height = 70 * scale, 96 * scale
    canvas.shadow(x, y + height, half * 2.4, 34)
    for leg in (-0.8, 0.8):
        canvas.line([(x + leg * half, y + height - 8), (x + leg * half, y + height + 14)], 10, "#6b5136")
    canvas.box(x - half, y, x + half, y + height, colour, radius=6)
    canvas.box(x - half, y + height * 0.46, x + half, y + height * 0.52, mix(colour, "#000000", 0.22))
    canvas.box(x - half * 1.12, y - 16 * scale, x + half * 1.12, y + 6 * scale, "#8a949a", radius=5)
    canvas.box(x - half * 0.5, y + height * 0.8, x + half * 0.5, y + height * 0.88, "#3b2a1c", radius=3)


def _frame(canvas: Canvas, left: float, top: float, width: float, height: float) -> None:
    canvas.shadow(left + width / 2, top + height + 30, width, 60)
    canvas.box(left - 40, top - 24, left + width + 40, top + 26, WOOD, radius=6)
    canvas.box(left, top, left + width, top + height, mix(WOOD, "#ffffff", 0.15), radius=6)
    canvas.box(left + 24, top + 24, left + width - 24, top + height - 24, mix(HONEY, "#5c3a08", 0.3))
    size = 19.0
    for row in range(14):
        for column in range(18):
            x = left + 48 + column * size * 1.8 + (row % 2) * size * 0.9
            y = top + 46 + row * size * 1.56
            if x > left + width - 40 or y > top + height - 40:
                continue
            capped = scatter(row * 18 + column) < 0.62
            colour = "#f3dca0" if capped else mix(HONEY, "#ffd36b", scatter(column, of=row))
            canvas.polygon(
                [
                    (x + size * cos(k * pi / 3 + pi / 6), y + size * sin(k * pi / 3 + pi / 6))
                    for k in range(6)
                ],
                colour,
            )


def _jar(canvas: Canvas, x: float, foot: float, height: float) -> None:
    half = height * 0.3
    canvas.shadow(x, foot, half * 2.4, height * 0.12)
    canvas.box(x - half, foot - height * 0.86, x + half, foot, mix(HONEY, "#ffffff", 0.08), radius=half * 0.3)
    canvas.box(
        x - half * 0.9,
        foot - height * 0.8,
        x - half * 0.62,
        foot - height * 0.06,
        mix(HONEY, "#ffffff", 0.5),
        radius=half * 0.12,
    )
    canvas.box(
        x - half * 0.86, foot - height, x + half * 0.86, foot - height * 0.84, "#d9b35c", radius=half * 0.12
    )
    canvas.box(x - half, foot - height * 0.62, x + half, foot - height * 0.14, "#fffaf0")
    canvas.line(
        [(x - half * 0.6, foot - height * 0.54), (x + half * 0.6, foot - height * 0.54)],
        height * 0.03,
        "#8a5a10",
    )
    stamp(canvas, x - half * 0.74, foot - height * 0.48, half * 1.48)


def _bees(canvas: Canvas, count: int, y: float, spread: float) -> None:
    for index in range(count):
        _bee(
            canvas,
            scatter(index) * WIDTH,
            y + (scatter(index, of=1) - 0.5) * spread,
            10,
            360 * scatter(index, of=2),
        )


def _bee(canvas: Canvas, x: float, y: float, size: float, angle: float) -> None:
    turn = angle * pi / 180
    for wing in (-1, 1):
        canvas.leaf(x, y, size * 1.4, angle + 90 * wing + 25, "#f4f8fa", slim=0.6)
    for part, colour in enumerate(("#2b211b", "#e8a91c", "#2b211b", "#e8a91c", "#2b211b")):
        reach = (part - 2) * size * 0.42
        canvas.disc(x + reach * cos(turn), y + reach * sin(turn), size * 0.46, colour)
