"""A page that asks something: shown, read back, handed to one use case, shown again when it was refused."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.devices.signed_answers import record_signed
from ledger.coop.errors import CommandError, RepeatConflictError
from ledger.coop.use_cases import Command
from ledger.log.unit import Unit
from ledger.trace.guards import is_overridable
from web.console.blueprint import PREFIX
from web.console.form_answers import recorded_answer, refused_answer, wants_answer
from web.console.photos import keep, with_photos
from web.console.session import actor, find_actor
from web.console.signed_answers import read_signed_answers
from web.errors import status_of
from web.forms.form import KEY
from web.forms.inputs import Input, InputKind, fill
from web.forms.refusals import PASSED_ON, REFUSALS, Refusal, refuse
from web.forms.typed import Typed
from web.languages import _
from web.state import current

RECORDED = "sogoc-da-ghi"
"""The cookie that tells the browser's script which form was recorded, by its key: its draft is over."""
_TOLD_SECONDS = 600
LOOK_AGAIN = _("Máy đã tính lại vài số. Hãy xem lại rồi gửi lần nữa.")
"""What is said of a form that came back without an error, to a program that sent it."""

C = TypeVar("C", bound=Command)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a page asks. ``action`` is on the button; ``back`` where the way back leads.

    ``refused`` heads the panel that says why not; ``is_grave`` marks what cannot be taken back;
    ``is_practice`` what nobody else is to see, photos neither; ``more`` is what the template needs besides.
    """

    title: str
    inputs: tuple[Input, ...]
    action: str
    back: str
    lead: str = ""
    template: str = "console/form.html"
    is_grave: bool = False
    is_practice: bool = False
    refused: str = _("Chưa ghi được")
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def photo_questions(self) -> dict[str, DocumentKind | None]:
        """The names of the questions that photos answer, and of what kind a paper is that one asks for."""
        return {item.name: item.document for item in self.inputs if item.kind is InputKind.PHOTOS}

    @property
    def has_secrets(self) -> bool:
        """Whether a secret is asked for: such a form is never kept on a phone."""
        return any(item.kind is InputKind.SECRET for item in self.inputs)

    @property
    def has_photos(self) -> bool:
        """Whether the form must be sent in parts."""
        return bool(self.photo_questions)


def answer_form(
    page: FormPage,
    parse: Callable[[Typed], C],
    verb: Callable[[Unit, Actor, C], R],
    then: Callable[[R], str],
) -> ResponseReturnValue:
    """Show ``page``; or parse what was sent, run the use case once, and go where ``then`` says.

    What a person can mend comes back on the same page, with everything that was typed.
    """
    if request.method != "POST":
        return show_form(page)
    typed = read_form(page)
    try:
        command = parse_all(typed, parse)
        result = _write(page, verb, command)
    except PASSED_ON:
        raise
    except REFUSALS as error:
        return show_form(page, typed, error)
    return _go_on(then(result), typed.one(KEY), result)


def _write(page: FormPage, verb: Callable[[Unit, Actor, C], R], command: C) -> R:
    """Run the use case; where a device signed the answers, its signature goes with what is written.

    Of a form with a secret nothing is kept, so nothing of it is taken as signed.
    """
    ledger = current().ledger
    signed = None if page.has_secrets else read_signed_answers()
    if signed is None:
        return ledger.write(verb, actor(), command)
    return ledger.write(record_signed, actor(), command, verb, signed)


def _go_on(address: str, key: str, result: object) -> Response:
    """To the next page, which forgets the draft of the form with this key."""
    to_next = recorded_answer(address, result) if wants_answer() else redirect(address, 303)
    response = make_response(to_next)
    if key:
        secure = current().is_https
        response.set_cookie(RECORDED, key, max_age=_TOLD_SECONDS, secure=secure, samesite="Lax", path=PREFIX)
    return response


def read_form(page: FormPage) -> Typed:
    """What was sent for ``page``, its photos taken in."""
    typed = Typed.of(request.form.lists())
    return with_photos(typed, page.photo_questions, is_practice=page.is_practice)


def parse_all(typed: Typed, parse: Callable[[Typed], C]) -> C:
    """The command. Raises ``CommandError`` with the problems of photos and answers together."""
    try:
        command = parse(typed)
    except CommandError as error:
        raise CommandError(*typed.photo_problems, *error.problems) from error
    if typed.photo_problems:
        raise CommandError(*typed.photo_problems)
    return command


def show_form(
    page: FormPage, typed: Typed | None = None, error: Exception | None = None
) -> ResponseReturnValue:
    """The page, empty or with what was typed and why it was refused."""
    inputs, refusal = page.inputs, Refusal()
    if error is not None:
        refusal = refuse(error, {item.name for item in page.inputs})
    if wants_answer():
        return refused_answer(refusal, error, LOOK_AGAIN)
    if typed is not None:
        inputs = fill(inputs, typed, refusal.by_name)
    signed_in = find_actor()
    kinds = page.photo_questions
    kept = {
        name: [keep(photo, kinds.get(name), is_practice=page.is_practice) for photo in photos]
        for name, photos in (typed or Typed()).photos.items()
    }
    shown = render_template(
        page.template,
        page=page,
        inputs=inputs,
        refusal=refusal,
        typed=typed or Typed(),
        kept=kept,
        key=(typed.one(KEY) if typed else "") or secrets.token_urlsafe(16),
        back=page.back,
        draft=f"{signed_in.account_id}:{request.full_path}" if signed_in is not None else "",
        is_returned=typed is not None,
        is_repeat=isinstance(error, RepeatConflictError),
        overridable=_overridable(refusal, signed_in),
        **page.more,
    )
    return shown, 200 if error is None else status_of(error)


def _overridable(refusal: Refusal, who: Actor | None) -> tuple[str, ...]:
    """The guards that refused, when a manager is asking and may pass every one of them."""
    may_pass = all(is_overridable(guard) for guard in refusal.guards)
    is_manager = who is not None and Role.MANAGER in who.roles
    return refusal.guards if is_manager and may_pass else ()
