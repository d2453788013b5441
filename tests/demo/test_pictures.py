"""The drawn pictures."""

import io

import pytest
from PIL import Image

from ledger.coop.attachments.photos import store_photo
from web.demo.pictures import PICTURES, draw_picture
from web.demo.pictures.canvas import HEIGHT, WIDTH, mix, scatter

LARGEST_WEBP = 64_000


@pytest.fixture(scope="module")
def drawn():
    return {name: draw_picture(name) for name in PICTURES}


def test_every_picture_is_a_finished_scene(drawn):
    for name, data in drawn.items():
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (WIDTH, HEIGHT), name
        assert len(picture.convert("RGB").resize((96, 72)).getcolors(96 * 72)) > 60, name


def test_no_two_scenes_are_the_same_picture(drawn):
    assert len(set(drawn.values())) == len(PICTURES)


@pytest.mark.parametrize("name", ["grapes/boxes", "pigs/mixing", "bees/check", "orchard/bagging"])
def test_a_picture_is_the_same_bytes_every_time(name, drawn):
    assert draw_picture(name) == drawn[name]


def test_a_picture_is_light_on_a_telephone(drawn, tmp_path):
    sizes = {name: store_photo(tmp_path, data).size for name, data in drawn.items()}
    assert max(sizes.values()) < LARGEST_WEBP
    assert sum(sizes.values()) / len(sizes) < LARGEST_WEBP / 2


def test_scattered_points_fill_the_unit_square_evenly():
    quarters = [0, 0, 0, 0]
    for index in range(256):
        quarters[2 * int(2 * scatter(index)) + int(2 * scatter(index, of=1))] += 1
    assert min(quarters) > 55


@pytest.mark.parametrize(("share", "colour"), [(0, "#102030"), (1, "#ffffff"), (0.5, "#889098")])
def test_colours_are_mixed_by_their_share(share, colour):
    assert mix("#102030", "#ffffff", share) == colour
