"""The whole story, from the first registration to what was done this morning."""

from web.demo.cast import DISTRIBUTOR
from web.demo.custard_apples import custard_apples
from web.demo.grapes import grapes
from web.demo.honey import honey
from web.demo.people import gather
from web.demo.pigs import pigs
from web.demo.stage import Chapter, Stage, together

FIRST_DAY = -170
"""The day of the first act, counted from the story's last."""


def tell(stage: Stage) -> Chapter[None]:
    """Every chapter, in the order in which things happen."""
    yield stage.at(FIRST_DAY)
    buyer = gather(stage.chapter("distributor"), DISTRIBUTOR)
    yield from together(
        grapes(stage.chapter("grapes"), buyer),
        custard_apples(stage.chapter("custard-apples")),
        pigs(stage.chapter("pigs"), buyer),
        honey(stage.chapter("honey")),
    )
