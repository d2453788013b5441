"""The log, passports' files, credentials, the resolver and the monitors' pages, described. Pure."""

from web.openapi.operations import JSON, Operation, Parameter

TEXT, BYTES, JWT = "text/plain", "application/octet-stream", "application/vc+jwt"
_NUMBER = {"type": "integer", "minimum": 0}
_LINKS = (Parameter("linkType", help="A link type, all, or linkset"),)


_NUMBERS = dict.fromkeys(("index", "old_size", "size"), _NUMBER)
_BELOW = (Parameter("below", form=_NUMBER, help="Goes on below this size"),)


def _log(
    path: str, summary: str, name: str = "Text", media: str = TEXT, parameters: tuple[Parameter, ...] = ()
) -> Operation:
    return Operation(
        path=f"/log{path}",
        summary=summary,
        tag="log",
        answers={200: name, 304: ""},
        media=media,
        paths=_NUMBERS,
        parameters=parameters,
    )


def _file(path: str, summary: str, tag: str, refusals: tuple[int, ...] = (404, 409)) -> Operation:
    return Operation(
        path=path,
        summary=summary,
        tag=tag,
        answers={200: "Object", 304: ""},
        refusals=refusals,
        paths={"number": _NUMBER},
    )


def _page(
    path: str, summary: str, tag: str, refusals: tuple[int, ...] = (404, 409), media: str = TEXT
) -> Operation:
    return Operation(
        path=path, summary=summary, tag=tag, answers={200: "Text", 304: ""}, media=media, refusals=refusals
    )


def _link(path: str, summary: str) -> Operation:
    return Operation(
        path=path,
        summary=summary,
        tag="resolver",
        parameters=_LINKS,
        answers={200: "Object", 300: "Object", 307: ""},
        media="application/linkset+json",
        refusals=(400, 404, 406),
    )


OPERATIONS: tuple[Operation, ...] = (
    _log("/checkpoint", "The newest checkpoint, a signed note (C2SP tlog-checkpoint)"),
    _log("/vkey", "The log's verifier keys, a line each"),
    _log("/vkey/ml-dsa-44", "The log's second key"),
    _log("/keys", "How the log's keys followed one another, proven", "Object", JSON),
    _log("/policy", "Whom the log asks to witness it (C2SP tlog-policy)"),
    _log("/tile/{place}", "A tile, or a bundle of entries (C2SP tlog-tiles)", "Bytes", BYTES),
    _log("/proof/{index}", "The proof of an entry (C2SP tlog-proof)"),
    _log("/consistency/{old_size}", "That the newest tree begins with an older one"),
    _log("/published", "Checkpoints shown before, newest first", "List", JSON, _BELOW),
    _log("/published/{size}", "A published checkpoint with its cosignatures"),
    _log(
        "/published/{size}/timestamp/{authority}",
        "A time-stamp of it (RFC 3161)",
        "Bytes",
        "application/timestamp-reply",
    ),
    Operation(
        path="/log/notes",
        method="post",
        tag="log",
        summary="Append an event that a device signed",
        answers={200: "Object", 201: "Object"},
        refusals=(400, 404, 409, 413, 415, 422, 429, 503),
        parameters=(Parameter("Idempotency-Key", "header"),),
        body="Text",
        body_media=TEXT,
    ),
    _page("/healthz", "The process answers", "health", refusals=()),
    _page("/readyz", "The database answers and holds the log", "health", refusals=(503,)),
    _page("/metrics", "Counters, for Prometheus", "health", refusals=()),
    _file("/openapi.json", "This document", "health", refusals=()),
    _file("/{organisation}/class/{code}/bundle", "A lot with its proofs (docs/spec/bundle.md)", "passport"),
    _file("/s/{code}/bundle", "The same, by a stamp", "passport", refusals=(404, 409, 429)),
    _file("/S/{code}/bundle", "The same, by a stamp in capitals", "passport", refusals=(404, 409, 429)),
    _file("/{organisation}/did.json", "A cooperative's keys (did:web)", "credentials"),
    _file("/.well-known/did.json", "The log's keys (did:web)", "credentials"),
    _file("/{organisation}/class/{code}/credential", "A sealed lot, Data Integrity", "credentials"),
    _page("/{organisation}/class/{code}/credential.jwt", "A sealed lot, vc+jwt", "credentials", media=JWT),
    _file("/01/{gtin}/10/{code}/credential", "A sealed lot by GTIN, Data Integrity", "credentials"),
    _page("/01/{gtin}/10/{code}/credential.jwt", "A sealed lot by GTIN, vc+jwt", "credentials", media=JWT),
    _file("/{organisation}/status/{purpose}/{number}", "A Bitstring Status List", "credentials"),
    _file("/ns/lot/v1", "The JSON-LD context of our credentials", "credentials", refusals=()),
    _file("/.well-known/gs1resolver", "The resolver's description file", "resolver", refusals=()),
    _link("/{key}/{rest}", "A GS1 Digital Link, resolved"),
    _link("/{organisation}/product/{code}", "A product by our own name, resolved"),
)
