"""The addresses of credentials: fixed by ``did:web``, by what credentials name, and by what is printed."""

from flask import Blueprint, Response, json

from ledger.trace.credentials.lot_credential import CONTEXT_PATH, LOT_CONTEXT
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.errors import NoCredentialError
from ledger.trace.gs1.gtins import check_gtin
from ledger.trace.identifiers import (
    Gs1Identifier,
    Identifier,
    identifier_from_path,
    is_organisation_code,
)
from ledger.trace.issuing import WantedList, operator_did_document, organisation_did_document
from ledger.trace.queries import find_lot
from web.credentials.answers import (
    EMBEDDED,
    LINKED_DATA,
    TOKEN,
    credential_answer,
    status_answer,
    wanted_type,
)
from web.state import current

blueprint = Blueprint("credentials", __name__)

DID_TYPE = "application/did+json"
_MAX_NUMBER = 9999


@blueprint.get("/<organisation>/did.json")
def did(organisation: str) -> Response:
    """The keys of an organisation as a ``did:web`` document, for verifiers of its credentials."""
    return _did_document(current().ledger.read(organisation_did_document, organisation))


@blueprint.get("/.well-known/did.json")
def operator_did() -> Response:
    """The DID document of who runs this server: where the log is, and its keys."""
    state = current()
    log_url = f"{state.config.public_url}/log"
    return _did_document(state.ledger.read(operator_did_document, log_url))


@blueprint.get(CONTEXT_PATH)
def lot_context() -> Response:
    """What the words of a lot's credential mean: a JSON-LD context that never changes."""
    response = Response(LOT_CONTEXT, content_type=LINKED_DATA)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/<organisation>/class/<code>/credential")
def credential(organisation: str, code: str) -> Response:
    """A sealed lot's credential, with its proof inside unless a token is asked for."""
    return _credential(identifier_from_path(f"/{organisation}/class/{code}", current().ledger.id_base))


@blueprint.get("/<organisation>/class/<code>/credential.jwt")
def token(organisation: str, code: str) -> Response:
    """A sealed lot as UNTP Digital Product Passport in a token."""
    identifier = identifier_from_path(f"/{organisation}/class/{code}", current().ledger.id_base)
    return _credential(identifier, TOKEN)


@blueprint.get("/01/<gtin>/10/<path:code>/credential")
def gtin_credential(gtin: str, code: str) -> Response:
    """The credential of a lot by its GTIN."""
    return _credential(Gs1Identifier(check_gtin(gtin), code))


@blueprint.get("/01/<gtin>/10/<path:code>/credential.jwt")
def gtin_token(gtin: str, code: str) -> Response:
    """The token of a lot by its GTIN."""
    return _credential(Gs1Identifier(check_gtin(gtin), code), TOKEN)


@blueprint.get("/<organisation>/status/<purpose>/<int:number>")
def status(organisation: str, purpose: str, number: int) -> Response:
    """A status list of an organisation's credentials."""
    if not is_organisation_code(organisation) or purpose not in set(StatusPurpose) or number > _MAX_NUMBER:
        raise NoCredentialError(f"no status list {purpose} {number}")
    return status_answer(current(), WantedList(organisation, StatusPurpose(purpose), number))


def _credential(identifier: Identifier, media_type: str | None = None) -> Response:
    state = current()
    lot = state.ledger.read(find_lot, identifier).lot
    return credential_answer(state, lot, media_type or wanted_type((EMBEDDED, LINKED_DATA, TOKEN)))


def _did_document(document: object) -> Response:
    response = Response(json.dumps(document), content_type=DID_TYPE)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
