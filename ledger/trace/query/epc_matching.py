"""Which identifiers a ``MATCH_…`` parameter means (EPCIS 2.0 §8.2.7.1.1). Pure.

A pattern of EPC URIs (TDS 2.0 §8: ``urn:epc:idpat:sgtin:4012345.012345.*``) matches whatever fits it, in
either spelling. Any other value means one thing, spelled as it is given or as its canonical Digital Link.
"""

import re
from collections.abc import Iterable, Sequence

from ledger.trace.errors import QueryParameterError
from ledger.trace.events.epc_uris import canonical_uri
from ledger.trace.query.conditions import Test

_PATTERN = re.compile(r"urn:epc:idpat:([a-z]+):([^\s]{1,200})", re.ASCII)
_URN = "urn:epc:(?:id|class|idpat):"


def spellings(values: Iterable[str]) -> frozenset[str] | None:
    """The identifiers meant, each in its spellings; ``None`` when a pattern is among them."""
    found: set[str] = set()
    for value in values:
        if _PATTERN.fullmatch(value) is not None:
            return None
        found.update((value, canonical_uri(value)))
    return frozenset(found)


def epc_test(name: str, values: Sequence[str]) -> Test:
    """Whether an identifier is one of ``values`` or fits one of the patterns among them.

    Raises ``QueryParameterError`` for a pattern that is none.
    """
    exact: set[str] = set()
    forms: list[re.Pattern[str]] = []
    beginnings: list[str] = []
    for value in values:
        pattern = _PATTERN.fullmatch(value)
        if pattern is None:
            if value.startswith("urn:epc:idpat:"):
                raise QueryParameterError(name, f"“{value[:60]}” không phải mẫu mã EPC")
            exact.update((value, canonical_uri(value)))
            continue
        forms.append(_form(pattern[1], pattern[2]))
        canonical = canonical_uri(value)
        if canonical != value:
            beginnings.append(canonical + "/")

    def test(found: object) -> bool:
        if not isinstance(found, str):
            return False
        if found in exact or any(form.fullmatch(found) for form in forms):
            return True
        return bool(beginnings) and canonical_uri(found).startswith(tuple(beginnings))

    return test


def _form(scheme: str, fields: str) -> re.Pattern[str]:
    # Fields are apart by dots; the last one takes dots as well, for serials may hold them.
    *most, last = fields.split(".")
    parts = [r"[^.]*" if part == "*" else re.escape(part) for part in most]
    end = r".*" if last == "*" else re.escape(last)
    return re.compile(f"{_URN}{re.escape(scheme)}:" + r"\.".join([*parts, end]), re.DOTALL)
