"""One stamp as a picture: for a print shop that makes its own labels, or to look at."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from labels.pictures import design_png
from labels.texts import Stamp
from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.stamps.stamp_ranges import find_range
from web.paper.printing import Sheet, read_sheet
from web.state import State

NO_SECRET = "-" * 8
"""Under the foil of a picture: a scratch code is printed by its job only."""


@dataclass(frozen=True, slots=True)
class OneStamp:
    """A stamp of the organisation's, and the sheet it is on."""

    number: int
    code: str
    url: str
    sheet: Sheet

    def png(self, dpi: float) -> bytes:
        """The stamp as its job prints it, a pixel a dot. Raises ``labels.LabelError``."""
        layout = self.sheet.layout
        secret = NO_SECRET if self.sheet.job.spec.has_secret else ""
        return design_png(
            layout.design, self.sheet.text, Stamp(self.url, self.code, secret), dpi, layout.level
        )


def find_one_stamp(state: State, actor: Actor, code: str) -> OneStamp:
    """The stamp with this code (13 characters, however typed).

    Raises ``StampCodeError`` for a code that was never issued, ``NotFoundError`` for another organisation's.
    """
    number = state.codes.parse(code)
    job_id = state.ledger.read(_job_of, actor, number, code)
    sheet = read_sheet(state.ledger, state.config.public_url, actor, job_id, (number, number))
    canonical = sheet.first_code
    return OneStamp(number, canonical, sheet.url_of(canonical), sheet)


def _job_of(session: Session, actor: Actor, number: int, code: str) -> str:
    found = find_range(session, number)
    if found is None or found.organisation != actor.organisation:
        raise NotFoundError("tem", code)
    return found.job_id
