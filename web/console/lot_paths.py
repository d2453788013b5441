"""Lots in the console's addresses: ``…/lo/K7QM2X9T4D/class/NHO.261112-1`` for the lot's own URI."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import quote

from flask import request
from werkzeug.routing import PathConverter, ValidationError

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.identifiers import format_identifier, identifier_from_path, parse_identifier, path_of
from web.state import current

_OTHER = "~"
"""Before the base64 of a URI that has no address of ours: lots of other systems."""


class LotPath(PathConverter):
    """Werkzeug's converter between a lot's URI and its path. A path that names no lot is no address."""

    def to_python(self, value: str) -> str:
        """The URI. Raises ``ValidationError``: the address is then unknown."""
        try:
            if value.startswith(_OTHER):
                return urlsafe_b64decode(value.removeprefix(_OTHER)).decode()
            return format_identifier(identifier_from_path(f"/{value}", current().ledger.id_base))
        except (MalformedIdentifierError, ValueError) as error:
            raise ValidationError from error

    def to_url(self, value: str) -> str:
        """The path."""
        try:
            path = path_of(parse_identifier(value)).removeprefix("/")
        except MalformedIdentifierError:
            path = ""
        if not path or path != quote(path) or not value.endswith(path):
            return _OTHER + urlsafe_b64encode(value.encode()).decode()
        return path


def lot_asked_for() -> str:
    """The lot whose URI stands in the address as ``lo``; empty, hence nobody's, when there is none."""
    return request.args.get("lo", "")
