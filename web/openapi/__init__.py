"""``/openapi.json``: every address that programs may rely on, as OpenAPI 3.1. A test holds it there."""

from functools import lru_cache
from importlib.metadata import version
from typing import Any

import orjson
from flask import Blueprint, Response

from web.openapi import epcis_routes, public_routes
from web.openapi.operations import Operation, operation_body
from web.openapi.schemas import SCHEMAS
from web.state import current

blueprint = Blueprint("openapi", __name__)

AN_HOUR = "public, max-age=3600"
OPERATIONS: tuple[Operation, ...] = (*public_routes.OPERATIONS, *epcis_routes.OPERATIONS)
"""Every operation, in the order in which the document has them."""


@blueprint.get("/openapi.json", strict_slashes=True)
def openapi() -> Response:
    """The description, for pages of any site."""
    response = Response(_document(current().config.public_url), content_type="application/json")
    response.headers["Cache-Control"] = AN_HOUR
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def describe(public_url: str) -> dict[str, Any]:
    """The document for a server at ``public_url``."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = operation_body(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sổ Gốc",
            "version": version("sogoc"),
            "description": "Traceability ledger and product passports. What needs no token is public.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "sogoc token make"}
            },
            "schemas": SCHEMAS,
        },
    }


@lru_cache(maxsize=4)
def _document(public_url: str) -> bytes:
    return orjson.dumps(describe(public_url))
