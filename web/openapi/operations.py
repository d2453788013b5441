"""One operation as a value, and as the OpenAPI object that describes it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROBLEM = "application/problem+json"
JSON = "application/json"
_NAMES = re.compile(r"\{([a-z_]+)\}")
_STATUS: Mapping[int, str] = {
    200: "What was asked for",
    201: "Created",
    202: "Taken in; the job says what became of each event",
    204: "Done, nothing to tell",
    300: "Several links fit",
    301: "Where it is now",
    302: "Where it is",
    304: "As the asker has it",
    307: "Where the link leads",
    400: "Malformed; what is wrong and where",
    401: "No token, or none that is good",
    403: "The token was not given for this",
    404: "Not there, or not the asker's",
    406: "Not available in this version or form",
    409: "There already, or in conflict with what is there",
    410: "Erased",
    413: "Too large",
    414: "The address is too long",
    415: "Another media type is wanted",
    422: "Understood, and refused",
    429: "Too often",
    503: "Busy; nothing was done",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the query or a header. ``form`` is its JSON schema."""

    name: str
    place: str = "query"
    form: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method of an address.

    ``answers``: status → the schema's name in ``components`` (empty: no body described); ``media`` is theirs.
    ``paths``: schemas of the parameters in the path, a text for those that are not named.
    """

    path: str
    summary: str
    tag: str
    method: str = "get"
    answers: Mapping[int, str]
    media: str = JSON
    refusals: tuple[int, ...] = (404,)
    parameters: tuple[Parameter, ...] = ()
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    body: str = ""
    body_media: str = JSON
    is_public: bool = True


def operation_body(operation: Operation) -> dict[str, Any]:
    """The OpenAPI operation object."""
    body: dict[str, Any] = {
        "summary": operation.summary,
        "tags": [operation.tag],
        "operationId": _identifier(operation),
        "responses": {
            **{
                str(status): _answer(status, name, operation.media)
                for status, name in operation.answers.items()
            },
            **{str(status): _answer(status, "Problem", PROBLEM) for status in operation.refusals},
        },
    }
    parameters = [*_in_path(operation), *(_parameter(one) for one in operation.parameters)]
    if parameters:
        body["parameters"] = parameters
    if operation.body:
        body["requestBody"] = {
            "required": True,
            "content": {operation.body_media: {"schema": _refer(operation.body)}},
        }
    if not operation.is_public:
        body["security"] = [{"token": []}]
    return body


def _identifier(operation: Operation) -> str:
    words = re.findall(r"[A-Za-z0-9]+", operation.path) or ["home"]
    return "_".join([operation.method, *words])


def _answer(status: int, name: str, media: str) -> dict[str, Any]:
    told: dict[str, Any] = {"description": _STATUS[status]}
    if name:
        told["content"] = {media: {"schema": _refer(name)}}
    return told


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": dict(operation.paths.get(name, {"type": "string", "minLength": 1})),
        }
        for name in _NAMES.findall(operation.path)
    ]


def _parameter(one: Parameter) -> dict[str, Any]:
    told = {"name": one.name, "in": one.place, "schema": dict(one.form)}
    return {**told, "description": one.help} if one.help else told


def _refer(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
