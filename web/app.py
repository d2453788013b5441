"""Where the application is put together: state, views, checks, errors. Nothing else happens here."""

import gc
from functools import partial

from flask import Flask, Response, request

from web import (
    compression,
    credentials,
    epcis,
    errors,
    exchange,
    formats,
    health,
    logs,
    openapi,
    scripts,
    security,
    state,
    stylesheets,
    templating,
)
from web.config import Config, load_config
from web.console import console
from web.epcis import delivering
from web.languages import choosing
from web.logs import appending, published
from web.public import register_public
from web.public.fast_lane import FastLane
from web.resolver import register_resolver
from web.slow_bodies import SlowBodies

ASK_AGAIN = "no-cache"


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application for ``config``, by default that of the environment.

    Raises ``ConfigError``, ``VaultError`` (master key), ``NoLogError`` (a log is created only on purpose, by
    ``sogoc init`` or ``sogoc demo``).
    """
    opened = state.open_state(config or load_config())
    app = make_app(opened)
    opened.counter.start()
    delivering.start(opened)
    # What was loaded to get here lives as long as the process: the collector need not walk it ever again.
    gc.collect()
    gc.freeze()
    return app


def make_app(opened: state.State) -> Flask:
    """The application around an opened state; tests bring their own clock and database."""
    app = Flask("web", root_path=str(templating.STATIC.parent))
    # Redirects that werkzeug would make by itself are absolute and repeat the Host header.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese stays readable
    # What is registered first looks at an answer last.
    for room in (compression, choosing, health, security, errors, formats, templating, scripts, stylesheets):
        room.register(app)
    register_public(app)
    register_resolver(app)
    app.register_blueprint(logs.blueprint)
    app.register_blueprint(appending.blueprint)
    app.register_blueprint(published.blueprint)
    app.register_blueprint(credentials.blueprint)
    epcis.register(app)
    app.register_blueprint(exchange.blueprint)
    app.register_blueprint(openapi.blueprint)
    app.register_blueprint(console)
    app.after_request(keep_static_files)
    return answer_from(app, opened)


def answer_from(app: Flask, opened: state.State) -> Flask:
    """``app``, answering out of ``opened`` from now on, whatever it answered out of before."""
    app.extensions[state.EXTENSION] = opened
    app.wsgi_app = FastLane(SlowBodies(partial(Flask.wsgi_app, app)), opened)  # type: ignore[method-assign]
    return app


def keep_static_files(response: Response) -> Response:
    """Files addressed with their own digest may be kept for ever; the others are asked for again each time.

    While a new build starts, an old process may be asked for a file by its new digest: it has other bytes.
    """
    if request.endpoint == "static" and response.status_code in {200, 304}:
        is_named = request.full_path == templating.asset((request.view_args or {})["filename"])
        response.headers["Cache-Control"] = scripts.FOR_EVER if is_named else ASK_AGAIN
    return response
