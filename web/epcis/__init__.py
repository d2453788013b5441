"""The EPCIS 2.0 REST binding under ``/epcis``: capture, query, named queries, subscriptions (docs/epcis.md).

Every address but the two discovery answers asks for an access token. A token says whose events are meant, so
no address names an organisation, and none can be asked about another's.
"""

from flask import Flask

from web.epcis import capturing, events, named, resources
from web.epcis.binding import blueprint

__all__ = ["blueprint", "register"]

_ROOMS = (capturing, events, named, resources)


def register(app: Flask) -> None:
    """Serve the binding."""
    app.register_blueprint(blueprint)
