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
from ledger.trace.verdicts import Verdict
from web.health import VERDICTS
from web.public.lookup import carton_path
from web.public.page import made_of
from web.public.pages import ASK_FIRST, HTML
from web.public.reading import Answer, answer_lot
from web.public.sentences import VerdictWords, words_for_lot
from web.security import client_address
from web.state import State, current

blueprint = Blueprint("cartons", __name__)

KIND_WORDS = {CartonKind.CARTON: ("Thùng", "Carton"), CartonKind.PALLET: ("Pa-lét", "Pallet")}

UNKNOWN = VerdictWords(
    "unknown",
    "Không tìm thấy mã thùng này",
    "Unknown carton code",
    ("Mã có thể bị gõ sai, hoặc không do hệ thống này cấp.",),
    "It may be mistyped, or was not issued by this system.",
)
VOIDED = VerdictWords(
    "voided",
    "Tem thùng đã hủy",
    "Carton label cancelled",
    ("Hợp tác xã đã hủy tem này. Đừng tin số gói và lô theo tem này.",),
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


@blueprint.get("/00/<code>")
def sscc(code: str) -> Response:
    """The answer to an SSCC (GS1 Digital Link: primary key ``00``)."""
    return _answer(code, "00")


@blueprint.get("/c/<code>")
@blueprint.get("/C/<code>")
def own(code: str) -> Response:
    """The answer to a code of our own; ``/C/`` is how it is printed, in capitals."""
    return _answer(code, "c")


def _answer(code: str, place: str) -> Response:
    state = current()
    page = read_carton(state, code)
    if page.found is None:
        state.wrong_codes.take(client_address())  # guessing shall not be free
        return _page(page, 404, Verdict.UNKNOWN)
    if code.upper() != page.found.code or (place == "00") is not page.is_sscc:
        return _moved(page.found.code, page)
    return _page(page, 200, Verdict.VOIDED if page.answer is None else page.answer.verdict)


def _moved(code: str, page: CartonPage) -> Response:
    """To the code's own address, in its one spelling."""
    path = f"/{'00' if page.is_sscc else 'c'}/{code}"
    return Response(status=303, headers={"Location": path, "Cache-Control": ASK_FIRST})


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
