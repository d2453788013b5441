"""What the code on a carton or a pallet answers: how many packs of which lot, and how the lot stands.

The number of packs is the cooperative's word in its working books; what is proven is the lot's. So the page
begins with the lot's verdict, says whose word the rest is, and leads on to the passport.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from ledger.coop.paper.carton_codes import CartonKind, parse_code
from ledger.coop.paper.carton_queries import CartonFinding, find_carton
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.passports.verdicts import Verdict
from web.health import VERDICTS
from web.languages import _
from web.public.lookup import carton_path
from web.public.page import made_of
from web.public.pages import ASK_FIRST, HTML
from web.public.reading import Answer, answer_lot
from web.public.sentences import VerdictWords, words_for_lot
from web.security import client_address
from web.state import State, current

blueprint = Blueprint("cartons", __name__)

KIND_WORDS = {CartonKind.CARTON: (_("Thùng"), "Carton"), CartonKind.PALLET: (_("Pa-lét"), "Pallet")}

UNKNOWN = VerdictWords(
    "unknown",
    _("Không tìm thấy mã thùng này"),
    "Unknown carton code",
    (_("Mã có thể bị gõ sai, hoặc không do hệ thống này cấp."),),
    "It may be mistyped, or was not issued by this system.",
)
VOIDED = VerdictWords(
    "voided",
    _("Tem thùng đã hủy"),
    "Carton label cancelled",
    (_("Hợp tác xã đã hủy tem này. Đừng tin số gói và lô theo tem này."),),
    "The cooperative cancelled this label. Do not rely on it.",
)


@dataclass(frozen=True, slots=True)
class CartonPage:
    """What the page shows. Without ``found`` nobody issued the code; without ``answer`` it was taken back."""

    verdict: VerdictWords
    found: CartonFinding | None = None
    answer: Answer | None = None

    @property
    def is_sscc(self) -> bool:
        """Whether the code is GS1's."""
        return self.found is not None and self.found.code.isdigit()

    @property
    def lot_path(self) -> str:
        """The address of the lot's passport; empty where the page speaks for no lot."""
        if self.found is None or self.answer is None:
            return ""
        return path_of(parse_identifier(self.found.lot))

    @property
    def kind_words(self) -> tuple[str, str]:
        """What holds the packs, in Vietnamese and in English."""
        return KIND_WORDS[CartonKind.CARTON if self.found is None else self.found.kind]


@blueprint.get("/c/<code>")
@blueprint.get("/C/<code>")
def carton(code: str) -> Response:
    """The answer to a code of our own, or to an SSCC, whose ``/00/`` leads here; ``/C/`` is as printed."""
    state = current()
    page = read_carton(state, code)
    if page.found is None:
        return answer_unknown_carton(state)
    if code.upper() != page.found.code:
        # To the code's own address, in its one spelling.
        headers = {"Location": carton_page_path(page.found.code), "Cache-Control": ASK_FIRST}
        return Response(status=303, headers=headers)
    return _page(page, 200, Verdict.VOIDED if page.answer is None else page.answer.verdict)


def answer_unknown_carton(state: State) -> Response:
    """The page for a code that nobody issued. Guessing shall not be free."""
    state.wrong_codes.take(client_address())
    return _page(CartonPage(UNKNOWN), 404, Verdict.UNKNOWN)


def carton_page_path(code: str) -> str:
    """Where the page of a carton or pallet is, whosoever code it bears."""
    return f"/c/{code}"


def read_carton(state: State, code: str) -> CartonPage:
    """What is known of a code, however it was typed; a typing slip is an unknown code."""
    found, answer = state.ledger.read(_read, code, state)
    if found is None:
        return CartonPage(UNKNOWN)
    if answer is None:
        return CartonPage(VOIDED, found)
    passport = answer.passport
    words = words_for_lot(answer.verdict, passport, None if passport is None else made_of(passport))
    return CartonPage(words, found, answer)


def _read(session: Session, code: str, state: State) -> tuple[CartonFinding | None, Answer | None]:
    found = find_carton(session, code)
    if found is None or found.is_voided:
        return found, None
    return found, answer_lot(session, found.lot, state.today)


def _path(code: str) -> str:
    """Where another carton's code is answered."""
    parsed = parse_code(code)
    return "" if parsed is None else carton_path(parsed)


def _page(page: CartonPage, status: int, verdict: Verdict) -> Response:
    body = render_template("public/carton.html", page=page, carton_path=_path)
    response = Response(body, status, content_type=HTML)
    response.headers["Cache-Control"] = ASK_FIRST
    VERDICTS.labels(verdict.value).inc()
    return response
