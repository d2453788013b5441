"""Pictures of the pig barn, the workshop and the sausages."""

from math import pi, sin

from web.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, curve, mix, scatter
from web.demo.pictures.parts import STEEL, WOOD, person, stamp, table, tiled_room

_SKIN, _MEAT, _FAT = "#f0b6ac", "#c4545a", "#f7e3d8"


def barn() -> Canvas:
    """Pigs on dry bedding."""
    canvas = _pen()
    for index, (x, y, size) in enumerate(
        ((190, 470, 150), (460, 440, 130), (720, 480, 165), (380, 610, 180))
    ):
        _pig(canvas, x, y, size, facing=-1 if index % 2 else 1)
    return canvas


def stocking() -> Canvas:
    """Piglets under a lamp."""
    canvas = _pen()
    canvas.line([(480, 0), (480, 120)], 6, "#55585c")
    canvas.polygon([(420, 170), (540, 170), (505, 110), (455, 110)], "#c8463c")
    canvas.glow(480, 300, 330, "#ffcf8a", 0.55)
    for index in range(7):
        x, y = 150 + 110 * index, 520 + 90 * scatter(index)
        _pig(canvas, x, y, 74, facing=1 if index % 2 else -1)
    return canvas


def feeding() -> Canvas:
    """Pigs at the trough."""
    canvas = _pen()
    for x in (190, 450, 710):
        _pig(canvas, x, 480, 150)
    canvas.shadow(480, 660, 900, 60)
    canvas.polygon([(40, 560), (920, 560), (880, 650), (80, 650)], "#8d979c")
    canvas.polygon([(60, 566), (900, 566), (880, 596), (84, 596)], "#d8b878")
    for index in range(130):
        canvas.disc(
            90 + 780 * scatter(index),
            572 + 20 * scatter(index, of=1),
            4,
            mix("#c49a55", "#ecd29a", scatter(index, of=2)),
        )
    return canvas


def vaccination() -> Canvas:
    """A syringe and two vials."""
    canvas = _pen()
    canvas.veil("#ffffff", 0.45)
    _pig(canvas, 690, 330, 190, facing=-1)
    table(canvas, 470)
    for index, cap in enumerate(("#3d7fb8", "#c8463c")):
        left = 130 + 150 * index
        canvas.shadow(left + 50, 640, 120, 30)
        canvas.box(left, 470, left + 100, 640, "#e9f2f5", radius=14)
        canvas.box(left, 530, left + 100, 605, "#ffffff")
        canvas.line([(left + 16, 550), (left + 84, 550)], 8, cap)
        canvas.line([(left + 16, 574), (left + 64, 574)], 5, "#9aa3a8")
        canvas.box(left + 16, 436, left + 84, 474, cap, radius=6)
    canvas.shadow(670, 640, 420, 26)
    canvas.box(520, 590, 760, 634, "#f2f7f9", radius=8)
    canvas.box(600, 594, 756, 630, "#9fd0e6", radius=6)
    canvas.box(760, 604, 782, 620, "#5d6a71")
    canvas.line([(782, 612), (880, 612)], 4, "#8d979c")
    canvas.box(440, 604, 522, 620, "#c9d2d6")
    canvas.box(428, 584, 442, 640, "#aab4ba", radius=4)
    return canvas


def weighing() -> Canvas:
    """A grown pig on the scale."""
    canvas = _pen()
    canvas.shadow(470, 640, 720, 70)
    canvas.box(150, 610, 790, 650, "#6d767c", radius=8)
    _pig(canvas, 460, 500, 230)
    canvas.box(800, 300, 830, 640, "#6d767c")
    canvas.box(740, 220, 900, 320, "#2f3a40", radius=10)
    canvas.box(758, 238, 882, 302, "#b9e08a", radius=4)
    for index, x in enumerate((778, 808, 838, 862)):
        canvas.line([(x, 254), (x, 286 if index != 1 else 270)], 8, "#24402a")
    return canvas


def cold_room() -> Canvas:
    """Sides hanging in the cold room, marked by the inspector."""
    canvas = Canvas()
    tiled_room(canvas, 600)
    canvas.line([(-10, 70), (970, 70)], 18, "#7d878c")
    for index, x in enumerate((170, 400, 630, 850)):
        canvas.line(curve((x, 70), (x + 26, 96), (x, 130)), 8, "#5d676c")
        left, right = (
            curve((x, 120), (x - 120, 330), (x - 30, 590)),
            curve((x, 120), (x + 110, 330), (x + 20, 590)),
        )
        canvas.polygon([*left, *reversed(right)], _FAT)
        inner = curve((x + 4, 170), (x + 70, 340), (x + 8, 540))
        canvas.polygon(
            [*curve((x - 4, 170), (x - 50, 340), (x - 8, 540)), *reversed(inner)], mix(_MEAT, "#ffffff", 0.15)
        )
        for rib in range(6):
            y = 240 + 40 * rib
            canvas.line(curve((x - 20, y), (x + 6, y + 14), (x + 34, y - 4)), 5, _FAT)
        canvas.disc(x - 44, 430 + 12 * (index % 2), 20, "#5b4aa0", 13)
        canvas.disc(x - 44, 430 + 12 * (index % 2), 15, _FAT, 9)
    canvas.veil("#dff1fb", 0.12)
    return canvas


def cutting() -> Canvas:
    """Cuts on a board."""
    canvas = Canvas()
    tiled_room(canvas, 230)
    table(canvas, 230)
    canvas.shadow(480, 640, 800, 70)
    canvas.box(110, 300, 850, 640, "#f4f4ef", radius=24)
    for index, (x, y) in enumerate(((260, 400), (470, 390), (300, 530), (520, 525))):
        width = 92 + 14 * (index % 2)
        canvas.disc(x, y, width, _FAT, 56)
        canvas.disc(x + 4, y + 3, width - 13, mix(_MEAT, "#ffffff", 0.06 * index), 45)
        for streak in range(4):
            sx = x - 60 + 34 * streak
            canvas.line(curve((sx, y - 22), (sx + 22, y), (sx + 6, y + 22)), 4, "#eab0a8")
    canvas.polygon([(660, 340), (712, 340), (706, 540), (664, 560)], "#d6dde0")
    canvas.line([(686, 345), (690, 300)], 10, "#d6dde0")
    canvas.line([(688, 300), (694, 190)], 40, "#3b2f28")
    return canvas


def mixing() -> Canvas:
    """Minced meat in the bowl of the cutter."""
    canvas = Canvas()
    tiled_room(canvas, 330)
    table(canvas, 330)
    canvas.shadow(480, 640, 640, 80)
    canvas.disc(480, 460, 350, mix(STEEL, "#000000", 0.22), 210)
    canvas.disc(480, 430, 350, mix(STEEL, "#ffffff", 0.35), 170)
    canvas.disc(480, 440, 310, mix(STEEL, "#000000", 0.15), 138)
    for index in range(240):
        turn = 2 * pi * scatter(index)
        reach = scatter(index, of=1) ** 0.5
        x, y = 480 + 285 * reach * sin(turn), 446 + 118 * reach * sin(turn + pi / 2)
        canvas.disc(x, y, 15, mix("#e39a92", "#c96f6c", scatter(index, of=2)), 10)
    for index in range(60):
        x, y = 480 + 480 * (scatter(index) - 0.5), 446 + 190 * (scatter(index, of=1) - 0.5)
        canvas.disc(x, y, 4, "#f7e3d8")
    person(canvas, 860, 700, 420, shirt="#f4f6f7", facing=-1, indoors=True)
    return canvas


def packs() -> Canvas:
    """Sausages in vacuum packs with their stamps."""
    canvas = Canvas()
    tiled_room(canvas, 170)
    table(canvas, 170)
    for row in range(2):
        for column in range(3):
            left, top = 36 + 304 * column, 190 + 262 * row
            canvas.shadow(left + 145, top + 228, 300, 34)
            canvas.box(left, top, left + 286, top + 228, "#eef3f4", radius=18)
            canvas.box(left + 12, top + 12, left + 274, top + 216, "#fbfdfd", radius=12)
            _sausages(canvas, left + 36, top + 40, 214, 3)
            canvas.box(left + 12, top + 132, left + 274, top + 216, "#b93a32", radius=10)
            canvas.line([(left + 30, top + 158), (left + 118, top + 158)], 13, "#ffffff")
            canvas.line([(left + 30, top + 184), (left + 98, top + 184)], 7, "#f3c8bd")
            stamp(canvas, left + 136, top + 138, 126)
    return canvas


def product() -> Canvas:
    """A plate of sausages for the product's page."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#faf3ea", "#ecd9bf")
    canvas.shadow(480, 560, 820, 130, 0.3)
    canvas.disc(480, 430, 390, "#ffffff", 240)
    canvas.disc(480, 424, 330, "#f1efe9", 196)
    _sausages(canvas, 250, 320, 450, 5)
    for index, x in enumerate((250, 690, 740)):
        canvas.leaf(x, 560 - 40 * (index % 2), 110, -50 + 40 * index, "#5b9a3d")
    canvas.disc(730, 360, 46, "#d9483b")
    canvas.disc(714, 346, 12, "#f2a497")
    return canvas


def chain_box() -> Canvas:
    """Cold boxes in a van."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#dfe8ee", "#b8c6cf")
    canvas.box(90, 70, 870, 660, "#8c99a1", radius=20)
    canvas.box(120, 100, 840, 640, "#eef3f5", radius=10)
    for row in range(2):
        for column in range(3):
            left, top = 150 + 226 * column, 190 + 220 * row
            canvas.shadow(left + 105, top + 196, 220, 26)
            canvas.box(left, top, left + 210, top + 196, "#f9fbfb", radius=12)
            canvas.box(left, top, left + 210, top + 46, "#3c86b8", radius=12)
            stamp(canvas, left + 46, top + 84, 118)
    canvas.box(400, 118, 560, 168, "#24343d", radius=8)
    canvas.line([(426, 143), (470, 143)], 8, "#7fe0a0")
    canvas.line([(488, 143), (532, 143)], 8, "#7fe0a0")
    return canvas


def _pen() -> Canvas:
    canvas = Canvas()
    canvas.fade(0, 300, "#e9dfcf", "#d6c4a6")
    for post in range(-20, WIDTH, 160):
        canvas.box(post, 0, post + 26, 330, mix(WOOD, "#ffffff", 0.15))
    for rail in (120, 230):
        canvas.box(0, rail, WIDTH, rail + 30, mix(WOOD, "#ffffff", 0.3))
    canvas.fade(300, HEIGHT, "#e2cf9f", "#c2a566")
    for index in range(220):
        x, y = scatter(index) * WIDTH, 310 + 400 * scatter(index, of=1)
        lean = 26 * (scatter(index, of=2) - 0.5)
        canvas.line([(x, y), (x + lean, y + 7)], 3, mix("#d8bd7e", "#f2e2b8", scatter(index, of=3)))
    return canvas


def _pig(canvas: Canvas, x: float, y: float, size: float, *, facing: int = 1) -> None:
    """A pig from the side; ``size`` is half its length."""
    canvas.shadow(x, y + size * 0.56, size * 1.7, size * 0.3)
    for leg in (-0.55, -0.3, 0.3, 0.52):
        top = (x + leg * size, y + size * 0.2)
        canvas.line([top, (top[0], y + size * 0.55)], size * 0.15, mix(_SKIN, "#a05a50", 0.25))
    canvas.disc(x, y, size * 0.78, _SKIN, size * 0.42)
    canvas.disc(x - size * 0.08, y - size * 0.12, size * 0.6, mix(_SKIN, "#ffffff", 0.22), size * 0.24)
    head = x + facing * size * 0.78
    canvas.disc(head, y - size * 0.04, size * 0.32, mix(_SKIN, "#ffffff", 0.08))
    canvas.disc(head + facing * size * 0.27, y + size * 0.04, size * 0.14, "#e0938a", size * 0.12)
    for nostril in (-0.05, 0.05):
        canvas.disc(head + facing * size * 0.29, y + size * (0.04 + nostril), size * 0.022, "#9c5148")
    canvas.disc(head + facing * size * 0.06, y - size * 0.12, size * 0.03, "#2b211b")
    canvas.leaf(
        head - facing * size * 0.1, y - size * 0.2, size * 0.3, -90 + facing * 40, "#e0938a", slim=0.7
    )
    tail = (x - facing * size * 0.76, y - size * 0.1)
    canvas.line(
        curve(tail, (tail[0] - facing * size * 0.2, y - size * 0.34), (tail[0] - facing * size * 0.12, y)),
        size * 0.05,
        _SKIN,
    )


def _sausages(canvas: Canvas, left: float, top: float, length: float, count: int) -> None:
    for index in range(count):
        y = top + index * length * 0.135
        bend = curve((left, y), (left + length / 2, y + length * 0.09), (left + length, y))
        canvas.line(bend, length * 0.115, "#8f2f26")
        canvas.line(bend, length * 0.085, "#b4453a")
        canvas.line(bend[3:-3], length * 0.018, "#e39a86")
