"""Pictures of documents and of goods under way."""

from web.demo.pictures.canvas import HEIGHT, Canvas, mix
from web.demo.pictures.parts import CARDBOARD, paper, person, stamp, table


def certificate() -> Canvas:
    """A certificate on a desk."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#d8c3a0", "#b79a6c")
    paper(canvas, 250, 40, 460, 640, accent="#2f7a43")
    return canvas


def report() -> Canvas:
    """A laboratory's report."""
    canvas = Canvas()
    canvas.fade(0, HEIGHT, "#d6dee3", "#aebbc3")
    paper(canvas, 230, 40, 480, 640, accent="#2c5f8f")
    canvas.box(770, 180, 830, 560, "#e4eef2", radius=28)
    canvas.box(774, 380, 826, 556, "#e9b04a", radius=24)
    canvas.box(760, 160, 840, 196, "#5d6a71", radius=8)
    return canvas


def pesticide_label() -> Canvas:
    """A bottle whose label can be read: name, dose, days to wait."""
    canvas = Canvas()
    canvas.fade(0, 480, "#e4ead9", "#c4d0b0")
    table(canvas, 480, "#b98d5c")
    canvas.shadow(480, 660, 420, 70)
    canvas.box(330, 170, 630, 660, "#f4f6f4", radius=40)
    canvas.box(410, 60, 550, 180, "#3c7f4a", radius=14)
    canvas.box(330, 280, 630, 600, "#fdfdf6")
    canvas.box(330, 280, 630, 350, "#3c7f4a")
    canvas.line([(366, 315), (594, 315)], 16, "#ffffff")
    for row in range(6):
        canvas.line([(362, 384 + 32 * row), (598 if row % 2 else 540, 384 + 32 * row)], 8, "#8d979c")
    canvas.box(330, 566, 630, 600, "#3f9bd6")
    return canvas


def lorry() -> Canvas:
    """Boxes loaded for the distributor."""
    canvas = Canvas()
    canvas.fade(0, 300, "#a9cbe2", "#e6f0f4")
    canvas.fade(300, HEIGHT, "#a7adb0", "#7d8588")
    canvas.shadow(520, 640, 860, 80)
    canvas.box(120, 130, 720, 590, "#f5f7f7", radius=10)
    canvas.box(150, 170, 690, 590, "#57616a")
    for row in range(2):
        for column in range(3):
            left, top = 166 + 176 * column, 260 + 168 * row
            canvas.box(left, top, left + 168, top + 160, mix(CARDBOARD, "#ffffff", 0.08 * row), radius=6)
            canvas.line([(left + 8, top + 44), (left + 160, top + 44)], 6, "#e9d3ab")
            stamp(canvas, left + 44, top + 68, 84)
    canvas.polygon([(720, 250), (840, 250), (910, 400), (910, 590), (720, 590)], "#2f7a43")
    canvas.polygon([(744, 280), (824, 280), (876, 396), (744, 396)], "#cfe6f2")
    for x in (260, 600, 830):
        canvas.disc(x, 604, 62, "#26282b")
        canvas.disc(x, 604, 28, "#9aa3a8")
    return canvas


def warehouse() -> Canvas:
    """Boxes being counted where they arrive."""
    canvas = Canvas()
    canvas.fade(0, 420, "#e9edf0", "#cfd7dc")
    canvas.fade(420, HEIGHT, "#aeb6ba", "#8b9498")
    for shelf in range(2):
        y = 200 + 220 * shelf
        for column in range(4):
            left = 40 + 160 * column
            canvas.box(left, y - 130, left + 140, y, CARDBOARD, radius=5)
            stamp(canvas, left + 30, y - 96, 80)
        canvas.box(20, y, 690, y + 18, "#3c6f9c")
    for x in (24, 670):
        canvas.box(x, 40, x + 16, 640, "#2f5a80")
    person(canvas, 800, 680, 470, shirt="#3c6f9c", facing=-1)
    canvas.box(560, 430, 700, 600, "#fdfcf7", radius=8)
    for row in range(5):
        canvas.line([(584, 466 + 26 * row), (676, 466 + 26 * row)], 5, "#9aa3a8")
    return canvas
