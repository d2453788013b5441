"""The schemas that operations name. Pure."""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_EVENT = {
    "type": "object",
    "required": ["type", "eventTime"],
    "properties": {"type": _TEXT, "eventTime": _TEXT},
}
_COLLECTION = {
    "type": "object",
    "required": ["@context", "type", "member"],
    "properties": {"type": {"const": "Collection"}, "member": {"type": "array", "items": _TEXT}},
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
}
_TOLD = {
    "type": "object",
    "required": ["status", "eventID"],
    "properties": {
        "status": {"enum": ["captured", "exists", "refused"]},
        "eventHash": _TEXT,
        "index": {"type": "integer"},
        "leafHash": _TEXT,
        "proof": _TEXT,
    },
}
_JOB = {
    "type": "object",
    "required": ["captureID", "running", "success", "captureErrorBehaviour", "errors"],
    "properties": {"captureID": _TEXT, "events": {"type": "array", "items": _TOLD}},
}
_QUERY = {
    "type": "object",
    "required": ["name", "query"],
    "properties": {"name": _TEXT, "query": {"type": "object"}},
}
_SUBSCRIPTION = {
    "type": "object",
    "required": ["dest"],
    "properties": {
        "dest": _TEXT,
        "signatureToken": {"type": "string", "minLength": 16, "maxLength": 200},
        "stream": {"type": "boolean"},
        "schedule": {"type": "object"},
        "reportIfEmpty": {"type": "boolean"},
        "initialRecordTime": _TEXT,
    },
}

SCHEMAS: dict[str, Any] = {
    "Problem": _PROBLEM,
    "Text": _TEXT,
    "Bytes": {},
    "Object": {"type": "object"},
    "List": {"type": "array"},
    "Event": _EVENT,
    "EpcisDocument": {"type": "object", "required": ["@context", "type", "schemaVersion", "epcisBody"]},
    "EpcisQueryDocument": {"type": "object", "required": ["@context", "type", "epcisBody"]},
    "Collection": _COLLECTION,
    "CaptureJob": _JOB,
    "CaptureJobs": {"type": "array", "items": _JOB},
    "Query": _QUERY,
    "Queries": {"type": "array", "items": _QUERY},
    "Subscription": _SUBSCRIPTION,
    "Subscriptions": {"type": "array", "items": _SUBSCRIPTION},
}
"""By the names under which the document has them."""
