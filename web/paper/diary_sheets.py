"""A season's diary sheet as paper: its template and the cooperative's people as words on a page. Pure."""

from collections.abc import Iterable

from labels.diary_sheets import MAX_PEOPLE, DiarySheet, SheetStep
from ledger.coop.field.paper_rows import SLOT_NAMES, SLOTS, paper_steps
from ledger.coop.registers.members import Member
from ledger.coop.season_queries import SeasonPage
from web.formats import format_date
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking

FULL_NAMES = 24
"""With more people than this the sheet has no list of them: everybody knows their own code."""


@speaking(SOURCE)
def sheet_of(
    season: SeasonPage, organisation: str, url: str, people: Iterable[Member], *, pages: int
) -> DiarySheet:
    """The sheet; ``url`` opens the page on which it is keyed in."""
    card = season.card
    named = [(member.code, member.name) for member in people if member.name is not None]
    return DiarySheet(
        organisation=organisation,
        title=f"Nhật ký {card.product}, vụ {card.code}",
        place=f"{card.place_name} ({card.place})",
        started_on=format_date(card.started_on),
        url=url,
        columns=tuple(SLOT_NAMES[slot] for slot in SLOTS),
        steps=tuple(
            SheetStep(item.number, item.step.name_vi, item.hints) for item in paper_steps(season.template)
        ),
        people=tuple(named) if len(named) <= min(FULL_NAMES, MAX_PEOPLE) else (),
        pages=pages,
    )
