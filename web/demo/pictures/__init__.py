"""The demo's pictures: drawn here, so that they are nobody's and always the same."""

from collections.abc import Callable, Mapping

from web.demo.pictures import bees, grapes, orchard, papers, pigs
from web.demo.pictures.canvas import Canvas

PICTURES: Mapping[str, Callable[[], Canvas]] = {
    f"{room.__name__.rsplit('.', 1)[1]}/{name}": getattr(room, name)
    for room, names in (
        (
            grapes,
            "greenhouse pruning fertilising irrigation flowering young_fruit bagging spraying ripe_fruit",
        ),
        (grapes, "harvest sorting boxes product"),
        (orchard, "orchard pruning pollination bagging spraying fruit crates handover product"),
        (pigs, "barn stocking feeding vaccination weighing cold_room cutting mixing packs chain_box product"),
        (bees, "apiary star_anise check extraction filtering jars product"),
        (papers, "certificate report pesticide_label lorry warehouse"),
    )
    for name in names.split()
}
"""Every picture by its name, ``<room>/<scene>``."""


def draw_picture(name: str) -> bytes:
    """The picture called ``name`` as PNG, 960 by 720; the same bytes every time. Raises ``KeyError``."""
    return PICTURES[name]().png()
