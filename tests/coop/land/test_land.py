"""Outlines of plots and growing areas: kept, private, used where a season is opened."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.land.growing_areas import (
    SaveGrowingArea,
    areas_of_place,
    list_growing_areas,
    place_names,
    read_growing_area,
    save_growing_area,
)
from ledger.coop.land.land_tables import PlotOutlineRow
from ledger.coop.land.plots import (
    DrawPlot,
    draw_plot,
    drawn_areas,
    list_plots,
    neighbours,
    read_plot,
    read_plots,
)
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.log.records import read_record
from ledger.trace.events.sealed import FIELDS

SQUARE = "11.5640 108.9880\n11.5640 108.9884\n11.5644 108.9884\n11.5644 108.9880"
AREA = SaveGrowingArea(
    code="vn khor 0012", name="Vùng nho Phước Thuận", product="NHO", places=("VUON1", "vuon1")
)


def draw(world, text=SQUARE, who=Role.GROWER, **more):
    return world.run(draw_plot, DrawPlot(place="VUON1", outline=text, **more), who)


def test_an_outline_is_kept_with_its_area_and_compared_with_what_was_stated(world):
    drawn = draw(world)
    assert drawn.area_m2 == pytest.approx(Decimal(1931), abs=3)
    assert not drawn.differs
    plot = world.read(read_plot, world.ledger.vault, world.actor(Role.GROWER), "VUON1")
    assert (len(plot.ring), plot.drawn_m2, plot.way, plot.differs) == (4, drawn.area_m2, "typed", False)
    assert world.read(drawn_areas, world.actor(Role.GROWER)) == {"VUON1": drawn.area_m2}


def test_a_new_outline_replaces_the_old_and_tells_a_difference(world):
    draw(world)
    larger = draw(world, SQUARE.replace("11.5644", "11.5650"), way="drawn")
    assert larger.differs
    plots, total = world.read(list_plots, world.actor(Role.GROWER))
    assert total == 2
    assert [(plot.code, plot.way) for plot in plots] == [("VUON1", "drawn"), ("XUONG", "")]
    assert plots[0].differs


def test_nothing_of_an_outline_is_in_the_log_or_readable_in_the_books(world):
    size = world.size()
    draw(world)
    assert world.size() == size
    with world.ledger.database.reading() as session:
        sealed = session.scalars(select(PlotOutlineRow.outline_sealed)).one()
    assert b"108.98" not in sealed


def test_a_walk_that_went_past_its_beginning_is_closed(world):
    corners = [(11.5640, 108.9880), (11.5640, 108.9884), (11.5644, 108.9884), (11.5644, 108.9880)]
    steps = [
        (one[0] + (other[0] - one[0]) * part / 10, one[1] + (other[1] - one[1]) * part / 10)
        for one, other in zip(corners, corners[1:] + corners[:1], strict=True)
        for part in range(10)
    ]
    walk = "\n".join(f"{lat:.7f} {lon:.7f}" for lat, lon in [*steps, *steps[:3]])
    with pytest.raises(CommandError):
        draw(world, walk)
    assert draw(world, walk, way="walked").area_m2 == pytest.approx(Decimal(1900), rel=Decimal("0.1"))


@pytest.mark.parametrize("text", ["", "xin chào", "1.35 103.80\n1.36 103.80\n1.36 103.81"])
def test_what_is_no_outline_is_said_beside_the_question(world, text):
    with pytest.raises(CommandError) as refused:
        draw(world, text)
    assert refused.value.problems[0].field == "outline"


def test_a_way_that_there_is_not_and_a_place_of_nobody_are_refused(world):
    with pytest.raises(CommandError):
        draw(world, way="flown")
    with pytest.raises(NotFoundError):
        world.run(draw_plot, DrawPlot(place="KHAC", outline=SQUARE))
    with pytest.raises(NotAllowedError):
        draw(world, who=world.receiver)


def test_the_neighbour_sees_none_of_it(world):
    draw(world)
    world.run(save_growing_area, AREA)
    thief = world.neighbour_manager
    assert world.read(drawn_areas, thief) == {}
    assert world.read(neighbours, world.ledger.vault, thief, "X") == ()
    assert world.read(read_plots, world.ledger.vault, thief, ["VUON1"]) == ()
    assert world.read(list_growing_areas, thief) == ((), 0)
    assert world.read(areas_of_place, thief, "VUON1") == ()
    assert world.read(place_names, thief, ["VUON1"]) == {}
    with pytest.raises(NotFoundError):
        world.read(read_plot, world.ledger.vault, thief, "VUON1")
    with pytest.raises(NotFoundError):
        world.read(read_growing_area, thief, "VN-KHOR-0012")
    with pytest.raises(NotFoundError):
        world.run(draw_plot, DrawPlot(place="VUON1", outline=SQUARE), thief)
    with pytest.raises(NotFoundError):
        world.run(save_growing_area, replace(AREA, changes="VN-KHOR-0012"), thief)


def test_other_plots_are_the_ground_for_a_new_one(world):
    other = RegisterPlace(name="Vườn 2", kind="plot", province="x", commune="y", code="VUON2")
    world.run(register_place, other)
    world.run(draw_plot, DrawPlot(place="VUON2", outline=SQUARE))
    (found,) = world.read(neighbours, world.ledger.vault, world.actor(Role.GROWER), "VUON1")
    assert found.code == "VUON2"


# -- growing areas -------------------------------------------------------------------------------------------


def test_a_growing_area_is_kept_under_its_one_code_with_its_plots(world):
    saved = world.run(save_growing_area, AREA)
    assert saved.code == "VN-KHOR-0012"
    area = world.read(read_growing_area, world.actor(Role.GROWER), saved.code)
    assert (area.places, area.product_name, area.place_count) == (("VUON1",), "Nho hạ đen", 1)
    assert area.is_in_force(world.today)
    areas = world.read(areas_of_place, world.actor(Role.GROWER), "VUON1")
    assert [item.code for item in areas] == [saved.code]


def test_a_code_is_taken_once_and_changed_by_name(world):
    saved = world.run(save_growing_area, AREA)
    with pytest.raises(AlreadyExistsError):
        world.run(save_growing_area, AREA)
    changed = replace(AREA, changes=saved.code, places=(), name="Tên mới", valid_to=world.today)
    world.run(save_growing_area, changed)
    area = world.read(read_growing_area, world.actor(Role.MANAGER), saved.code)
    assert (area.name, area.places, area.valid_to) == ("Tên mới", (), world.today)
    with pytest.raises(NotFoundError):
        world.run(save_growing_area, replace(AREA, code="VN-KHOR-9999", changes=saved.code))


def test_what_is_wrong_with_a_growing_area_is_said_at_once(world):
    with pytest.raises(CommandError) as refused:
        world.run(save_growing_area, replace(AREA, code="không", name=" ", area_m2=Decimal(-1)))
    assert {problem.field for problem in refused.value.problems} == {"code", "name", "area_m2"}
    for wrong in (replace(AREA, product="KHAC"), replace(AREA, places=("KHAC",))):
        with pytest.raises(NotFoundError):
            world.run(save_growing_area, wrong)
    with pytest.raises(NotAllowedError):
        world.run(save_growing_area, AREA, Role.GROWER)


def opening(world, season):
    index = next(
        index
        for index in range(world.size())
        if world.read(read_record, index).body.get("quantityList") == [{"epcClass": season}]
    )
    return world.read(read_record, index).body[FIELDS]


def test_a_new_season_names_the_code_of_its_plot(world):
    world.run(save_growing_area, AREA)
    assert opening(world, world.season())["puc"] == "VN-KHOR-0012"
    assert opening(world, world.season(puc="VN-KHOR-7777"))["puc"] == "VN-KHOR-7777"


def test_a_code_that_ended_is_not_named(world):
    world.run(save_growing_area, replace(AREA, valid_to=world.today - timedelta(days=1)))
    assert "puc" not in opening(world, world.season())


def test_the_area_drawn_counts_where_none_was_stated(world):
    other = RegisterPlace(name="Vườn 2", kind="plot", province="x", commune="y", code="VUON1B")
    world.run(register_place, other)
    world.run(draw_plot, DrawPlot(place="VUON1B", outline=SQUARE))
    season = world.run(open_season, OpenSeason(product="NHO", place="VUON1B", started_on=world.day(3))).lot
    assert Decimal(opening(world, season)["area"]) == pytest.approx(Decimal(1931), abs=3)
    draw(world)
    assert opening(world, world.season())["area"] == "2000"
