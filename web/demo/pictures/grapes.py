"""Pictures of the grape greenhouse."""

from web.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, curve, mix, scatter
from web.demo.pictures.parts import (
    CARDBOARD,
    DARK_LEAF,
    LEAF,
    YOUNG_LEAF,
    bunch,
    crate,
    person,
    stamp,
    table,
)

_HORIZON = 300
_WOOD_TABLE = "#b98d5c"
_MIDDLE = WIDTH / 2


def greenhouse() -> Canvas:
    """Vines in leaf under an arched roof."""
    canvas = _house()
    _rows(canvas, hanging=False)
    return canvas


def pruning() -> Canvas:
    """A cane being cut back."""
    canvas = _foliage("#dfeccb", "#a9c98a")
    canvas.line(curve((-20, 520), (400, 380), (990, 430)), 34, "#7c5a39")
    for index, x in enumerate((140, 330, 620, 830)):
        top = 300 - 120 * scatter(index)
        canvas.line(curve((x, 455), (x + 18, 390), (x + 30, top)), 13, "#94703f")
        for side in (-1, 1):
            canvas.leaf(x + 26, top + 50, 110, -90 + side * 55, (LEAF, YOUNG_LEAF)[index % 2], slim=0.75)
    blade = [(470, 350), (520, 250), (545, 240), (515, 360)]
    canvas.polygon(blade, "#cfd6da")
    canvas.polygon([(545, 355), (500, 245), (478, 250), (498, 362)], "#aab4ba")
    canvas.disc(512, 372, 15, "#6d767c")
    canvas.line(curve((505, 380), (440, 470), (430, 610)), 34, "#c8463c")
    canvas.line(curve((520, 380), (590, 470), (610, 600)), 34, "#b23a31")
    return canvas


def fertilising() -> Canvas:
    """Compost and a sack beside a row of vines."""
    canvas = _house()
    _rows(canvas, hanging=False)
    canvas.shadow(700, 640, 420, 80)
    canvas.box(560, 360, 840, 640, "#f3efe2", radius=26)
    canvas.box(560, 420, 840, 520, "#3f8f4f")
    for row, width in enumerate((190, 150)):
        canvas.line([(700 - width / 2, 452 + 34 * row), (700 + width / 2, 452 + 34 * row)], 12, "#ffffff")
    canvas.line([(590, 372), (810, 372)], 7, "#c8463c")
    for index in range(220):
        x = 250 + 230 * (scatter(index) - 0.5) * (0.35 + scatter(index, of=1))
        y = 640 - 90 * scatter(index, of=2) * (1 - abs(x - 250) / 150)
        canvas.disc(x, y, 7, mix("#5b4028", "#8a6a3f", scatter(index, of=3)))
    return canvas


def irrigation() -> Canvas:
    """A drip line at the foot of the vines."""
    canvas = Canvas()
    canvas.fade(0, 330, "#cfe5c0", "#86b070")
    canvas.fade(330, HEIGHT, "#8a6845", "#5d4429")
    for trunk in (120, 480, 840):
        canvas.line(curve((trunk, 470), (trunk - 14, 260), (trunk + 8, -10)), 46, "#6f5136")
        canvas.line(curve((trunk + 6, 470), (trunk - 4, 260), (trunk + 16, -10)), 12, "#8b6a48")
    for index in range(90):
        x, y = scatter(index) * WIDTH, 400 + 310 * scatter(index, of=1)
        canvas.disc(x, y, 4 + 8 * scatter(index, of=2), mix("#6f5031", "#a27e52", scatter(index, of=3)), 4)
    canvas.line([(-10, 498), (970, 498)], 26, "#2a2d30")
    canvas.line([(-10, 491), (970, 491)], 5, "#555b60")
    for emitter in (230, 360, 600, 730):
        canvas.disc(emitter, 640, 74, "#4c3520", 24)
        canvas.box(emitter - 9, 500, emitter + 9, 524, "#c8463c", radius=4)
        for drop in (545, 579, 613):
            canvas.polygon(
                [(emitter, drop - 17), (emitter - 9, drop + 2), (emitter + 9, drop + 2)], "#8cc7ee"
            )
            canvas.disc(emitter, drop + 3, 9.5, "#8cc7ee")
            canvas.disc(emitter - 3, drop + 1, 3, "#ffffff")
    return canvas


def flowering() -> Canvas:
    """Flowers of the vine: small, pale and many."""
    canvas = _foliage("#e9f3d3", "#bcd894")
    canvas.line(curve((-20, 140), (480, 60), (990, 150)), 20, "#8a6a3f")
    for row, (x, size) in enumerate(((220, 300), (510, 380), (770, 280))):
        _leaves(canvas, x, 130, row)
        canvas.line(curve((x, 120), (x + 14, 120 + size / 2), (x - 6, 120 + size)), 7, "#8fb257")
        for flower in range(70):
            share = scatter(flower, of=row)
            reach = size * 0.26 * (1 - 0.75 * share)
            flower_x = x + 2 * reach * (scatter(flower, of=row + 3) - 0.5)
            flower_y = 160 + size * share
            canvas.line([(x, flower_y - 14), (flower_x, flower_y)], 2, "#8fb257")
            canvas.disc(flower_x, flower_y, 10, mix("#c4d97a", "#eef3c0", scatter(flower, of=row + 1)))
            canvas.disc(flower_x - 2, flower_y - 2, 4, "#fbfbe6")
    return canvas


def young_fruit() -> Canvas:
    """Small green berries among leaves."""
    canvas = _foliage("#e6f0cf", "#b5d28f")
    canvas.line(curve((-20, 140), (480, 60), (990, 150)), 20, "#8a6a3f")
    for index, (x, size) in enumerate(((210, 330), (500, 400), (770, 310))):
        _leaves(canvas, x, 130, index)
        bunch(canvas, x, 150, size, "#7fb24a")
    return canvas


def bagging() -> Canvas:
    """Bunches in paper bags."""
    canvas = _house()
    for index, (x, y, size) in enumerate(((150, 150, 250), (410, 100, 330), (720, 130, 290))):
        canvas.line([(x, y - 120), (x, y)], 8, "#6d8f3c")
        _leaves(canvas, x, y - 60, index)
        half = size * 0.3
        canvas.polygon(
            [(x - half * 0.35, y), (x + half * 0.35, y), (x + half, y + size), (x - half, y + size)],
            "#f6f2e4",
        )
        canvas.polygon(
            [(x, y), (x + half * 0.35, y), (x + half, y + size), (x + half * 0.3, y + size)], "#e2dcc6"
        )
        canvas.line([(x - half * 0.38, y + 8), (x + half * 0.38, y + 8)], 9, "#a58a52")
        canvas.line([(x - half * 0.9, y + size), (x + half * 0.9, y + size)], 5, "#d3cbb0")
    return canvas


def spraying() -> Canvas:
    """Somebody with a knapsack sprayer between the rows."""
    canvas = _house()
    _rows(canvas, hanging=False)
    canvas.box(402, 330, 458, 470, "#2f7fb8", radius=18)
    canvas.box(414, 312, 446, 336, "#1f5f8c", radius=6)
    person(canvas, 480, 660, 430, shirt="#e8b23a")
    canvas.line([(640, 420), (790, 330)], 7, "#4b5258")
    for index in range(160):
        reach = scatter(index)
        spread = (scatter(index, of=1) - 0.5) * 230 * reach
        canvas.disc(
            796 + 150 * reach, 322 - 50 * reach + spread, 1.5 + 4 * reach * scatter(index, of=2), "#f4fbff"
        )
    canvas.glow(880, 300, 130, "#ffffff", 0.5)
    return canvas


def ripe_fruit() -> Canvas:
    """Ripe bunches."""
    canvas = _foliage("#dcebc4", "#9fc07c")
    canvas.line(curve((-20, 110), (480, 40), (990, 120)), 20, "#7c5a39")
    for index, (x, size) in enumerate(((190, 420), (480, 520), (770, 430))):
        _leaves(canvas, x, 100, index)
        bunch(canvas, x, 120, size)
    return canvas


def harvest(crates: int = 3) -> Canvas:
    """Crates of bunches at the end of a row."""
    canvas = _house()
    _rows(canvas, hanging=True)
    for index in range(crates):
        left, top = 70 + 290 * index, 520 - 16 * (index % 2)
        for berry in range(5):
            bunch(canvas, left + 36 + 46 * berry, top - 62, 150)
        crate(canvas, left, top, 256, 130, colour="#3d9a5f")
    return canvas


def sorting() -> Canvas:
    """Bunches on the packing table, the good ones to the left."""
    canvas = Canvas()
    canvas.fade(0, 250, "#e7eef0", "#cfdadd")
    table(canvas, 250)
    for index in range(4):
        canvas.shadow(150 + 130 * index, 560, 130, 40)
        bunch(canvas, 150 + 130 * index, 300 + 14 * (index % 2), 260)
    bunch(canvas, 740, 420, 150)
    bunch(canvas, 850, 440, 130, "#6a4a58")
    for index in range(14):
        canvas.disc(650 + 270 * scatter(index), 610 + 70 * scatter(index, of=1), 13, "#5b4a3a")
    return canvas


def boxes(rows: int = 2) -> Canvas:
    """Boxes of grapes with stamps on them."""
    canvas = Canvas()
    canvas.fade(0, 200, "#eef2ea", "#dbe5d2")
    table(canvas, 200, _WOOD_TABLE)
    for row in range(rows):
        for column in range(3):
            left, top = 40 + 300 * column, 150 + 280 * row
            canvas.shadow(left + 140, top + 236, 290, 40)
            canvas.box(left, top, left + 280, top + 236, mix(CARDBOARD, "#ffffff", 0.1), radius=14)
            canvas.box(left + 16, top + 16, left + 264, top + 150, "#f5f9f2", radius=10)
            for berry in range(3):
                bunch(canvas, left + 66 + 74 * berry, top + 28, 118)
            stamp(canvas, left + 142, top + 150, 124)
            canvas.line([(left + 26, top + 186), (left + 116, top + 186)], 12, "#3d7a3a")
            canvas.line([(left + 26, top + 208), (left + 92, top + 208)], 7, "#7a5b34")
    return canvas


def product() -> Canvas:
    """One bunch for the product's page."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#f4f7ee", "#d3e0c1")
    canvas.shadow(480, 640, 420, 90, 0.3)
    for angle, length in ((-160, 190), (-20, 200), (-120, 150), (-55, 150)):
        canvas.leaf(480, 120, length, angle, LEAF if angle < -90 else DARK_LEAF, slim=0.8)
    bunch(canvas, 480, 120, 520)
    return canvas


def _house() -> Canvas:
    """The inside of a greenhouse: arches, film, a path down the middle."""
    canvas = Canvas()
    canvas.fade(0, _HORIZON, "#cfe6ef", "#eef6f0")
    canvas.fade(_HORIZON, HEIGHT, "#b99f77", "#8f7750")
    for share in (1.0, 0.72, 0.5, 0.34, 0.22):
        half, top = 560 * share, _HORIZON - 330 * share
        arch = curve(
            (_MIDDLE - half, _HORIZON + 190 * share),
            (_MIDDLE, top - 230 * share),
            (_MIDDLE + half, _HORIZON + 190 * share),
        )
        canvas.line(arch, 12 * share, mix("#9fb3ba", "#dfe9ec", 1 - share))
    canvas.polygon(
        [(_MIDDLE - 24, _HORIZON), (_MIDDLE + 24, _HORIZON), (740, HEIGHT), (220, HEIGHT)], "#d3bd94"
    )
    return canvas


def _rows(canvas: Canvas, *, hanging: bool) -> None:
    """Two walls of vines that run to the middle of the picture."""
    for step in range(26):
        share = (step + 1) / 26
        depth = share**1.7
        for side in (-1, 1):
            x, y = _MIDDLE + side * (36 + 470 * depth), _HORIZON - 30 - 190 * depth
            shade = mix(mix(DARK_LEAF, LEAF, scatter(step)), "#c9dfc0", 0.6 * (1 - share))
            for cluster in range(7):
                drop = (230 * depth + 30) * cluster / 7
                sway = (scatter(step * 7 + cluster) - 0.5) * 60 * depth
                canvas.disc(
                    x + sway, y + drop, 12 + 38 * depth, mix(shade, YOUNG_LEAF, 0.3 * scatter(cluster))
                )
            if hanging and step % 3 == 1:
                bunch(canvas, x - side * 40 * depth, y + 190 * depth + 18, 20 + 120 * depth)


def _foliage(light: str, deep: str) -> Canvas:
    """A blurred-looking green background."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, light, deep)
    for index in range(46):
        x, y = scatter(index) * WIDTH, scatter(index, of=1) * HEIGHT
        canvas.disc(x, y, 40 + 60 * scatter(index, of=2), mix(light, deep, scatter(index, of=3)))
    canvas.veil(light, 0.35)
    return canvas


def _leaves(canvas: Canvas, x: float, y: float, row: int) -> None:
    for index, angle in enumerate((-150, -100, -35, 160, 20)):
        colour = (LEAF, DARK_LEAF, YOUNG_LEAF)[(index + row) % 3]
        canvas.leaf(x, y, 120 + 40 * scatter(index, of=row), angle, colour, slim=0.8)
