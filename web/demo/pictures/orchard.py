"""Pictures of the custard-apple orchard on its limestone hills."""

from web.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, curve, mix, scatter
from web.demo.pictures.parts import (
    CARDBOARD,
    DARK_LEAF,
    LEAF,
    WOOD,
    YOUNG_LEAF,
    crate,
    custard_apple,
    ground,
    hills,
    person,
    sky,
    stamp,
    tufts,
)

_HORIZON = 360


def orchard() -> Canvas:
    """Trees below the rocks."""
    canvas = _land()
    for row, (y, size) in enumerate(((400, 0.5), (480, 0.75), (600, 1.1))):
        for index in range(6 - row):
            x = 80 + (index + 0.5 * (row % 2)) * (175 + 45 * row)
            _tree(canvas, x, y, 200 * size, index + row)
    tufts(canvas, 620, 60, "#5d8a3c")
    return canvas


def pruning() -> Canvas:
    """Somebody thinning a tree."""
    canvas = _land()
    _tree(canvas, 620, 640, 480, 1)
    person(canvas, 330, 670, 360, shirt="#4d7fb0")
    canvas.line([(462, 462), (520, 404)], 10, "#8a5a30")
    canvas.polygon([(515, 405), (560, 372), (548, 396)], "#d5dbde")
    return canvas


def pollination() -> Canvas:
    """A flower and a brush."""
    canvas = _near("#e9f2d6", "#b7cf8e")
    canvas.line(curve((-20, 130), (420, 120), (990, 260)), 24, "#7c5c39")
    for angle in (60, 95, 130):
        canvas.leaf(430, 170, 330, angle, mix("#e9e3a8", "#c9d27c", (angle - 60) / 90), slim=0.34)
    canvas.disc(425, 205, 34, "#c98b3a")
    canvas.line([(470, 330), (820, 640)], 22, WOOD)
    canvas.line([(455, 310), (500, 352)], 34, "#d9dee0")
    canvas.polygon([(425, 270), (462, 292), (448, 316), (418, 300)], "#3b2a1c")
    for index in range(26):
        canvas.disc(400 + 60 * scatter(index), 220 + 60 * scatter(index, of=1), 4, "#f2c94c")
    return canvas


def bagging() -> Canvas:
    """Fruit in nets of foam."""
    canvas = _near("#dfeccb", "#9fbf74")
    for index, (x, y) in enumerate(((220, 250), (500, 330), (770, 240))):
        canvas.line(curve((x - 60, -10), (x + 30, 60), (x, y - 100)), 18, "#7c5c39")
        canvas.leaf(x, y - 110, 170, 20 - 60 * index, LEAF)
        canvas.leaf(x, y - 110, 150, 200, YOUNG_LEAF)
        custard_apple(canvas, x, y, 118, hangs=True)
        for ring in range(5):
            net = curve((x - 112, y - 70 + 34 * ring), (x, y - 40 + 44 * ring), (x + 112, y - 70 + 34 * ring))
            canvas.line(net, 5, "#fbfbf5")
            canvas.line(
                curve((x - 80 + 40 * ring, y - 96), (x - 96 + 48 * ring, y), (x - 80 + 40 * ring, y + 96)),
                4,
                "#fbfbf5",
            )
    return canvas


def spraying() -> Canvas:
    """Lime-sulphur and oil on the trunks."""
    canvas = _land()
    _tree(canvas, 660, 620, 430, 2)
    canvas.box(232, 430, 288, 560, "#d98b2b", radius=16)
    person(canvas, 310, 670, 350, shirt="#7a9d6a")
    canvas.line([(440, 468), (540, 430)], 6, "#4b5258")
    for index in range(110):
        reach = scatter(index)
        y = 428 + (scatter(index, of=1) - 0.5) * 190 * reach
        canvas.disc(545 + 130 * reach, y, 1.5 + 4 * reach * scatter(index, of=2), "#f7fcff")
    return canvas


def fruit() -> Canvas:
    """Fruit that opens its eyes: ready to pick."""
    canvas = _near("#e3eecd", "#9dbd70")
    for x, y, radius in ((270, 300, 165), (640, 380, 190)):
        canvas.line(curve((x - 90, -10), (x + 40, 60), (x + 10, y - radius)), 24, "#7c5c39")
        for angle in (-160, -20, 25):
            canvas.leaf(x, y - radius, 210, angle, (LEAF, DARK_LEAF, YOUNG_LEAF)[angle % 3])
        custard_apple(canvas, x, y, radius, "#b2c96a", hangs=True)
    return canvas


def crates() -> Canvas:
    """Crates with their stamps, ready for the trader's lorry."""
    canvas = _land()
    for index, (left, top) in enumerate(((40, 470), (340, 470), (640, 470), (190, 300), (490, 300))):
        for piece in range(4):
            custard_apple(canvas, left + 46 + 62 * piece, top - 6, 40, "#a9c465" if piece % 2 else "#97b356")
        crate(canvas, left, top, 280, 150, colour=(CARDBOARD, mix(WOOD, "#ffffff", 0.2))[index % 2])
        stamp(canvas, left + 76, top + 34, 130)
    return canvas


def handover() -> Canvas:
    """Crates beside a lorry."""
    canvas = _land()
    canvas.shadow(600, 640, 700, 70)
    canvas.box(360, 300, 800, 590, "#e7e9ea", radius=8)
    for x in range(400, 800, 60):
        canvas.line([(x, 316), (x, 574)], 3, "#c9ced1")
    canvas.polygon([(800, 380), (890, 380), (940, 480), (940, 590), (800, 590)], "#3c78a8")
    canvas.polygon([(820, 400), (880, 400), (915, 478), (820, 478)], "#cfe6f2")
    for x in (470, 690, 880):
        canvas.disc(x, 598, 48, "#26282b")
        canvas.disc(x, 598, 22, "#8d959a")
    crate(canvas, 40, 560, 220, 110, colour=CARDBOARD)
    crate(canvas, 60, 450, 190, 104, colour=mix(WOOD, "#ffffff", 0.2))
    person(canvas, 310, 670, 330, shirt="#b85c4a")
    return canvas


def product() -> Canvas:
    """Three fruits for the product's page, one of them open."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#f6f7ec", "#dbe2bf")
    custard_apple(canvas, 300, 340, 190)
    custard_apple(canvas, 660, 330, 170, "#b2c96a")
    canvas.shadow(500, 640, 380, 60)
    canvas.disc(500, 530, 170, "#7f9a45", 120)
    canvas.disc(500, 526, 150, "#fbf8ee", 102)
    for index in range(11):
        x, y = 390 + 22 * index, 500 + 60 * scatter(index)
        canvas.disc(x, y, 9, "#2b211b", 15)
        canvas.disc(x - 2, y - 4, 3, "#6a5748")
    return canvas


def _land() -> Canvas:
    canvas = Canvas()
    sky(canvas, _HORIZON)
    hills(canvas, _HORIZON)
    ground(canvas, _HORIZON, "#7fa653", "#b5c98a")
    return canvas


def _near(light: str, deep: str) -> Canvas:
    canvas = Canvas()
    canvas.fade(0, HEIGHT, light, deep)
    for index in range(34):
        x, y = scatter(index) * WIDTH, scatter(index, of=1) * HEIGHT
        canvas.leaf(
            x,
            y,
            150 + 90 * scatter(index, of=2),
            360 * scatter(index, of=3),
            mix(light, deep, scatter(index, of=4)),
        )
    canvas.veil(light, 0.25)
    return canvas


def _tree(canvas: Canvas, x: float, foot: float, size: float, row: int) -> None:
    canvas.shadow(x, foot, size * 0.9, size * 0.16)
    canvas.line(
        curve((x, foot), (x - size * 0.05, foot - size * 0.3), (x + size * 0.04, foot - size * 0.6)),
        size * 0.09,
        "#6f5136",
    )
    for index in range(26):
        turn_x, turn_y = scatter(index, of=row) - 0.5, scatter(index, of=row + 7) - 0.5
        shade = mix(DARK_LEAF, YOUNG_LEAF, 0.2 + 0.6 * (0.5 - turn_y) * (0.6 + 0.4 * scatter(index)))
        canvas.disc(x + turn_x * size * 0.8, foot - size * 0.66 + turn_y * size * 0.5, size * 0.14, shade)
    for index in range(5):
        px, py = (
            x + (scatter(index, of=row) - 0.5) * size * 0.7,
            foot - size * (0.45 + 0.35 * scatter(index, of=row + 2)),
        )
        canvas.disc(px, py, size * 0.045, "#c3d489")
