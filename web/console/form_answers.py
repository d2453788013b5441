"""What a form is answered with when a program sent it: the phone's queue asks for JSON, a person for a page.

``{"state": "recorded", "href", "notices"}`` with 200, or ``{"state": "refused", "sentences", "by_name",
"guards"}`` with the error's own status (docs/offline.md).
"""

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from web import errors
from web.forms.refusals import Refusal
from web.languages import translate

RECORDED, REFUSED = "recorded", "refused"


def wants_answer() -> bool:
    """Whether a program sent this form."""
    return request.method == "POST" and errors.wants_json()


def recorded_answer(href: str, result: object = None) -> Response:
    """The form was done; ``href`` is where a person would go on. ``result`` may hold what guards said."""
    notices = [
        translate(notice.sentence)
        for notice in getattr(result, "warnings", ())
        if hasattr(notice, "sentence")
    ]
    return jsonify({"state": RECORDED, "href": href, "notices": notices})


def refused_answer(refusal: Refusal, error: Exception | None, said: str = "") -> ResponseReturnValue:
    """The form was not done, and why. ``said`` stands where no error does: the page asks to look again."""
    document: dict[str, Any] = {
        "state": REFUSED,
        "sentences": [*refusal.sentences, *((str(said),) if error is None and said else ())],
        "by_name": dict(refusal.by_name),
        "guards": list(refusal.guards),
        "code": type(error).__name__ if error is not None else "",
    }
    return jsonify(document), 409 if error is None else errors.status_of(error)


def answer_redirect(response: Response) -> Response:
    """The same for a view that answers by itself: it leads on where it did what was asked."""
    if response.status_code != 303 or not wants_answer():
        return response
    answer = recorded_answer(response.headers["Location"])
    for name, value in response.headers:
        if name == "Set-Cookie":
            answer.headers.add(name, value)
    return answer
