"""Where the application is put together: state, views, checks, errors. Nothing else happens here."""

import gc

from flask import Flask, Response, request

from web import compression, errors, formats, health, logs, security, state, templating
from web.config import Config, load_config
from web.console import console
from web.logs import appending, published
from web.public import register_public
from web.public.fast_lane import FastLane

ASK_AGAIN = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application for ``config``, by default that of the environment.

    Raises ``ConfigError``, ``VaultError`` (master key), ``NoLogError`` (a log is created only on purpose, by
    ``sogoc init`` or ``sogoc demo``).
    """
    opened = state.open_state(config or load_config())
    app = make_app(opened)
    opened.counter.start()
    # What was loaded to get here lives as long as the process: the collector need not walk it ever again.
    gc.collect()
    gc.freeze()
    return app


def make_app(opened: state.State) -> Flask:
    """The application around an opened state; tests bring their own clock and database."""
    app = Flask("web", root_path=str(templating.STATIC.parent))
    app.extensions[state.EXTENSION] = opened
    # Redirects that werkzeug would make by itself are absolute and repeat the Host header.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese stays readable
    # What is registered first looks at an answer last.
    for room in (compression, health, security, errors, formats, templating):
        room.register(app)
    register_public(app)
    app.register_blueprint(logs.blueprint)
    app.register_blueprint(appending.blueprint)
    app.register_blueprint(published.blueprint)
    app.register_blueprint(console)
    app.after_request(keep_static_files)
    app.wsgi_app = FastLane(app.wsgi_app, opened)  # type: ignore[method-assign]
    return app


def keep_static_files(response: Response) -> Response:
    """Files addressed with their digest may be kept for ever; the others are asked for again each time."""
    if request.endpoint == "static" and response.status_code in {200, 304}:
        response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else ASK_AGAIN
    return response
