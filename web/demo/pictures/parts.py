"""What several pictures have in common: sky, hills, people, fruit, boxes, paper. Pure."""

from math import cos, pi, sin

from web.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, curve, mix, scatter

LEAF, DARK_LEAF, YOUNG_LEAF = "#4f8f3a", "#33692b", "#86b84a"
GRAPE, CUSTARD, HONEY = "#3b2a5c", "#9dbb5a", "#e59a1c"
WOOD, STEEL, CARDBOARD = "#9a6b3f", "#c3ccd2", "#c79c66"


def sky(canvas: Canvas, horizon: float, *, evening: bool = False) -> None:
    """A sky down to ``horizon``, with a sun."""
    if evening:
        canvas.fade(0, horizon, "#7fa9cf", "#ffd9a3")
        canvas.glow(760, horizon - 60, 260, "#fff1c9", 0.9)
    else:
        canvas.fade(0, horizon, "#8ec5ea", "#e9f5fb")
        canvas.glow(180, 110, 230, "#fffbe6", 0.9)


def hills(canvas: Canvas, horizon: float) -> None:
    """Limestone hills of the north-east, three of them behind each other."""
    for row, (colour, peaks) in enumerate(
        (("#b4ccd0", (120, 330, 560, 800)), ("#8db39a", (30, 250, 690, 930)), ("#6f9c6b", (160, 470, 860)))
    ):
        for index, x in enumerate(peaks):
            height = 190 - 45 * row + 60 * scatter(index, of=row)
            width = 120 + 50 * scatter(index, of=row + 3)
            side = [(x - width + index * 9, horizon + 6), (x - width * 0.55, horizon - height * 0.62)]
            top = curve(
                side[-1], (x - 10, horizon - height * 1.45), (x + width * 0.5, horizon - height * 0.58)
            )
            canvas.polygon([*side, *top, (x + width, horizon + 6)], colour)


def ground(canvas: Canvas, horizon: float, near: str, far: str) -> None:
    """Ground from ``horizon`` to the lower edge."""
    canvas.fade(horizon, HEIGHT, far, near)


def tufts(canvas: Canvas, top: float, count: int, colour: str) -> None:
    """Blades of grass, larger the nearer."""
    for index in range(count):
        depth = scatter(index, of=2)
        x, y = scatter(index) * WIDTH, top + depth * (HEIGHT - top)
        size = 6 + 16 * depth
        for lean in (-0.5, 0.1, 0.6):
            canvas.line(
                [(x, y), (x + lean * size, y - size)], 2, mix(colour, "#ffffff", 0.25 * scatter(index))
            )


def person(
    canvas: Canvas, x: float, feet: float, size: float, *, shirt: str, facing: int = 1, indoors: bool = False
) -> None:
    """Somebody at work, nobody in particular, ``size`` high: a hat (``indoors``: a cap) and a mask."""
    head = feet - size * 0.86
    canvas.shadow(x, feet, size * 0.5, size * 0.12)
    for leg in (-1, 1):
        stride = [(x + leg * size * 0.05, feet - size * 0.42), (x + leg * size * 0.09, feet)]
        canvas.line(stride, size * 0.1, "#3d4a57")
    canvas.box(
        x - size * 0.14, head + size * 0.1, x + size * 0.14, feet - size * 0.36, shirt, radius=size * 0.07
    )
    arm = [(x + facing * size * 0.1, head + size * 0.2), (x + facing * size * 0.22, head + size * 0.36)]
    canvas.line(
        [*arm, (x + facing * size * 0.36, head + size * 0.3)], size * 0.075, mix(shirt, "#000000", 0.15)
    )
    canvas.disc(x + facing * size * 0.37, head + size * 0.3, size * 0.04, "#e7b58f")
    canvas.disc(x, head + size * 0.03, size * 0.075, "#e7b58f")
    canvas.polygon(
        [
            (x - size * 0.075, head + size * 0.03),
            (x + size * 0.075, head + size * 0.03),
            (x, head + size * 0.12),
        ],
        "#dfe8ee",
    )
    if indoors:
        canvas.disc(x, head - size * 0.035, size * 0.09, "#f7fafb", size * 0.065)
        return
    brim = [
        (x - size * 0.2, head + size * 0.02),
        (x + size * 0.2, head + size * 0.02),
        (x, head - size * 0.16),
    ]
    canvas.polygon(brim, "#ead9a6")
    canvas.line(brim[:2], size * 0.012, "#c9b273")


def bunch(canvas: Canvas, x: float, y: float, size: float, colour: str = GRAPE) -> None:
    """A bunch of grapes hanging from (x, y), ``size`` high."""
    canvas.line([(x, y - size * 0.12), (x + 2, y + size * 0.1)], size * 0.03, "#6d8f3c")
    rows = 7
    radius = size / rows * 0.62
    for row in range(rows):
        count = (5, 6, 6, 5, 4, 3, 1)[row]
        for column in range(count):
            berry_x = (
                x + (column - (count - 1) / 2) * radius * 1.55 + (scatter(row * 7 + column) - 0.5) * radius
            )
            berry_y = y + radius + row * size / rows * 0.9
            shade = mix(colour, "#000000", 0.22 * scatter(row * 7 + column, of=1))
            canvas.disc(berry_x, berry_y, radius, shade)
            bloom = mix(shade, "#cfc4ea", 0.35)
            canvas.disc(berry_x - radius * 0.3, berry_y - radius * 0.32, radius * 0.42, bloom)
            canvas.disc(berry_x - radius * 0.36, berry_y - radius * 0.4, radius * 0.14, "#ffffff")


def custard_apple(
    canvas: Canvas, x: float, y: float, radius: float, colour: str = CUSTARD, *, hangs: bool = False
) -> None:
    """A custard apple: a round fruit of many scales."""
    if not hangs:
        canvas.shadow(x, y + radius * 0.95, radius * 1.7, radius * 0.4, 0.3)
    canvas.disc(x, y, radius, mix(colour, "#3c5a1e", 0.45), radius * 0.96)
    for ring in range(4):
        count = (14, 11, 7, 1)[ring]
        reach = radius * (0.82, 0.56, 0.3, 0.0)[ring]
        for index in range(count):
            turn = 2 * pi * (index + 0.5 * (ring % 2)) / count
            scale_x, scale_y = x + reach * cos(turn), y + reach * 0.95 * sin(turn)
            size = radius * (0.2 if ring < 3 else 0.22)
            canvas.disc(scale_x, scale_y, size, mix(colour, "#55742c", 0.3))
            light = mix(colour, "#ffffff", 0.12 + 0.25 * scatter(index, of=ring))
            canvas.disc(scale_x - size * 0.1, scale_y - size * 0.14, size * 0.8, light)
    canvas.line([(x, y - radius * 0.9), (x + radius * 0.1, y - radius * 1.22)], radius * 0.1, "#6b4f2a")


def crate(canvas: Canvas, left: float, top: float, width: float, height: float, *, colour: str) -> None:
    """A slatted crate seen from the front; draw what is in it before."""
    canvas.shadow(left + width / 2, top + height, width * 1.05, height * 0.3)
    slat = height / 3
    for row in range(3):
        shade = mix(colour, "#000000", 0.05 * row)
        canvas.box(
            left, top + row * slat, left + width, top + (row + 1) * slat - slat * 0.18, shade, radius=5
        )
    for post in (left, left + width - width * 0.08):
        canvas.box(post, top - 4, post + width * 0.08, top + height, mix(colour, "#000000", 0.18), radius=4)


def stamp(canvas: Canvas, left: float, top: float, width: float) -> None:
    """A printed stamp: a symbol at the left that no phone reads, and lines of text."""
    height = width * 0.6
    canvas.box(left, top, left + width, top + height, "#ffffff", radius=4)
    cell = height * 0.76 / 9
    for index in range(81):
        column, row = index % 9, index // 9
        corner = (column < 3 and row < 3) or (column > 5 and row < 3) or (column < 3 and row > 5)
        if corner or scatter(index * 37 % 81) < 0.48:
            x, y = left + height * 0.12 + column * cell, top + height * 0.12 + row * cell
            canvas.box(x, y, x + cell, y + cell, "#1d1d1f")
    for line in range(4):
        y = top + height * (0.2 + 0.19 * line)
        end = left + width * (0.94 if line % 2 == 0 else 0.82)
        canvas.line([(left + height * 1.02, y), (end, y)], height * 0.055, "#4a4a4f" if line else "#1d5f2e")


def paper(canvas: Canvas, left: float, top: float, width: float, height: float, *, accent: str) -> None:
    """A sheet with a heading, lines and a round seal: what a document looks like from two metres."""
    canvas.shadow(left + width / 2 + 8, top + height, width, 60, 0.3)
    canvas.box(left, top, left + width, top + height, "#fdfcf7", radius=6)
    canvas.box(left + 14, top + 14, left + width - 14, top + height - 14, mix(accent, "#ffffff", 0.55))
    canvas.box(left + 20, top + 20, left + width - 20, top + height - 20, "#fdfcf7")
    middle = left + width / 2
    for row, share in enumerate((0.32, 0.5)):
        y = top + height * (0.12 + 0.07 * row)
        canvas.line([(middle - width * share / 2, y), (middle + width * share / 2, y)], 9 - 2 * row, accent)
    for row in range(7):
        y = top + height * (0.32 + 0.065 * row)
        end = left + width * (0.86 if row % 3 else 0.7)
        canvas.line([(left + width * 0.14, y), (end, y)], 4, "#b9bcc0")
    canvas.disc(left + width * 0.74, top + height * 0.85, width * 0.1, "#c8463c")
    canvas.disc(left + width * 0.74, top + height * 0.85, width * 0.075, mix("#c8463c", "#ffffff", 0.75))
    canvas.disc(left + width * 0.74, top + height * 0.85, width * 0.045, "#c8463c")


def table(canvas: Canvas, top: float, colour: str = STEEL) -> None:
    """A table top that fills the lower part of the picture."""
    canvas.fade(top, HEIGHT, mix(colour, "#ffffff", 0.35), mix(colour, "#000000", 0.12))
    canvas.line([(0, top), (WIDTH, top)], 4, mix(colour, "#ffffff", 0.6))


def tiled_room(canvas: Canvas, floor: float) -> None:
    """A washable room: tiles down to ``floor``."""
    canvas.fade(0, floor, "#eef4f5", "#dbe6e8")
    for x in range(0, WIDTH + 1, 96):
        canvas.line([(x, 0), (x, floor)], 2, "#c8d6d9")
    for y in range(0, round(floor), 72):
        canvas.line([(0, y), (WIDTH, y)], 2, "#c8d6d9")
    canvas.fade(floor, HEIGHT, "#b9c4c6", "#99a7aa")
