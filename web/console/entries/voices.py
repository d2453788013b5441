"""Voice notes: taken in with a form, and played to those who work for the same organisation."""

import io
from dataclasses import dataclass, replace

from flask import Response, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE
from ledger.coop.attachments.voices import find_voice, keep_voice, read_voice
from ledger.coop.errors import CommandError, NotFoundError, Problem, VoiceError
from ledger.coop.field.diary import LOT_WORK
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.forms.typed import Typed
from web.languages import translate
from web.state import current

VOICE = "voice"
KEPT = "voice_kept"
_SCHEME = "ni:///sha-256;"
_LISTENERS = LOT_WORK | OFFICE


@dataclass(frozen=True, slots=True)
class Heard:
    """What was spoken into a form: the digest of the kept note, or the sentence that says what is wrong."""

    digest: str = ""
    problem: str = ""

    def into(self, typed: Typed) -> Typed:
        """The answers with the voice among them. Raises ``CommandError``."""
        if self.problem:
            raise CommandError(Problem(VOICE, self.problem))
        return replace(typed, values={**typed.values, VOICE: (self.digest,)}) if self.digest else typed


@console.record_once
def know_voices(setup: BlueprintSetupState) -> None:
    """Teach templates where a voice note is heard."""
    setup.app.jinja_env.filters["voice_address"] = voice_address


@console.after_request
def let_speak(response: Response) -> Response:
    """Pages of the console may ask for the microphone; no page of the public may (Permissions Policy §5)."""
    response.headers.setdefault(
        "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"
    )
    return response


def voice_address(digest: str) -> str:
    """Where the voice note with this RFC 6920 name is heard."""
    return url_for("console.voice", name=digest.removeprefix(_SCHEME))


def hear() -> Heard:
    """Take in the voice note of this request; one that was taken in before is named by its digest."""
    if request.method != "POST":
        return Heard()
    file = request.files.get(VOICE)
    data = file.read() if file is not None else b""
    ledger = current().ledger
    if not data:
        return _kept(request.form.get(KEPT, ""))
    try:
        return Heard(ledger.write(keep_voice, actor(), data).digest)
    except VoiceError as error:
        return Heard(problem=translate(error.sentence))


def _kept(digest: str) -> Heard:
    if not digest:
        return Heard()
    try:
        return Heard(current().ledger.read(find_voice, actor(), digest).digest)
    except NotFoundError as error:
        return Heard(problem=translate(error.sentence))


@console.get("/tieng/<name>")
def voice(name: str) -> ResponseReturnValue:
    """A voice note, for the organisation's own people; ``name`` is its digest without the scheme."""
    check_role(_LISTENERS)
    state = current()
    heard = state.ledger.read(read_voice, state.ledger.vault, actor(), f"{_SCHEME}{name}")
    response: Response = send_file(
        io.BytesIO(heard.data), mimetype=heard.media_type, conditional=True, etag=name
    )
    return response
