"""One table for all errors: complete, and told to people and machines each in their way."""

import importlib
import inspect
import pkgutil
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

import labels
import ledger
import signing
import web
from web import errors

ROOMS = (signing, ledger, labels, web)
# They end a command of the terminal or a test run; no request ever meets them.
NOT_OF_REQUESTS = (
    "web.cli.",
    "web.serving",
    "web.demo.",
    "web.exporting.",
    "ledger.migrations.",
    "ledger.upkeep.",
    "web.static.",
)


# The one caller of each catches it: ``Database``, ``Ledger``, the import of a workbook.
CAUGHT_BELOW = {
    "LockTimeoutError",
    "QueueTimeoutError",
    "NothingToCommitError",
    "FaultyRowError",
}


def error_classes():
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if found.name.startswith(NOT_OF_REQUESTS):
                continue
            module = importlib.import_module(found.name)
            for _, value in inspect.getmembers(module, inspect.isclass):
                if not issubclass(value, Exception) or value.__module__ != found.name:
                    continue
                # A private one never leaves its module.
                if not value.__name__.startswith("_") and value.__name__ not in CAUGHT_BELOW:
                    yield value


def test_every_error_of_every_room_has_a_status():
    missing = {f"{kind.__module__}.{kind.__name__}" for kind in error_classes() if kind not in errors.STATUS}
    assert missing == set()


def test_every_status_of_the_table_is_an_error():
    assert all(status >= 400 for status in errors.STATUS.values())


def test_the_nearest_class_above_counts():
    class Newer(errors.UnknownPageError):
        pass

    assert errors.status_of(Newer("x")) == 404
    assert errors.status_of(RuntimeError("x")) == 500


@pytest.fixture
def app(shop):
    """Views that fail, in an application with the table."""
    app = Flask("web", root_path=shop.app.root_path)
    app.extensions = dict(shop.app.extensions)
    app.jinja_env.globals.update(shop.app.jinja_env.globals)
    errors.register(app)

    @app.get("/fail")
    def fail():
        raise app.config["ERROR"]

    return app


def ask(app, error, accept="text/html"):
    app.config["ERROR"] = error
    return app.test_client().get("/fail", headers={"Accept": accept})


def test_a_person_reads_the_error_s_own_sentence_and_a_way_out(app):
    answer = ask(app, errors.ForgedRequestError())
    assert answer.status_code == 403
    assert errors.ForgedRequestError.default_sentence in answer.text
    assert 'href="/"' in answer.text


def test_a_machine_reads_a_problem(app):
    answer = ask(app, errors.TooManyRequestsError(7), "application/json")
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"] == "7"
    assert answer.json == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": errors.TooManyRequestsError.default_sentence,
        "code": "TooManyRequestsError",
    }


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_we_did_not_foresee_tells_nothing_of_itself(app, accept, caplog):
    answer = ask(app, RuntimeError("secret path"), accept)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Máy chủ gặp lỗi" in answer.get_data(as_text=True).encode().decode("unicode_escape") or (
        "Máy chủ gặp lỗi" in answer.text
    )
    assert "secret path" in caplog.text


def test_an_error_is_never_kept(app):
    assert ask(app, errors.UnknownPageError()).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 408, 413, 414, 415, 418, 429, 500, 503])
def test_every_http_error_has_a_vietnamese_sentence(app, status):
    class Some(HTTPException):
        code = status

    answer = ask(app, Some())
    assert answer.status_code == status
    assert errors.sentence_of(Some(), status) in answer.text
    assert HTTPStatus(status).phrase not in answer.text


def test_an_address_that_does_not_exist_has_a_page(client):
    answer = client.get("/khong-co-trang-nay")
    assert answer.status_code == 404
    assert errors.UnknownPageError.default_sentence in answer.text
