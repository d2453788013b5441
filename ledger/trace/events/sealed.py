"""Sealed fields: values that stay out of the log behind salted commitments (docs/spec/sealed-fields.md).

A sealed event has lost the values at some JSON pointers (RFC 6901) and gained ``sogoc:sealed``: pointer →
base64(SHA-256(``sogoc/sealed/v1`` ‖ 0x00 ‖ salt ‖ canonical JSON of the value)). Salt and value together are
the *disclosure*, kept elsewhere and shown only to those who may see it. Pure.
"""

import hashlib
import hmac
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ledger.log.canonical import format_canonical
from ledger.trace.errors import SealedFieldError, WrongDisclosureError
from ledger.trace.sectors.templates import COMMON_FIELDS, Step
from signing.canonical_base64 import format_base64

SALT_BYTES = 32
MEMBER = "sogoc:sealed"
FIELDS = "sogoc:fields"
_DOMAIN = b"sogoc/sealed/v1\x00"


@dataclass(frozen=True, slots=True)
class SealRule:
    """Seal the value at ``pointer``, if there is one; ``subject`` is the id of the person it is about."""

    pointer: str
    subject: str | None = None


SealRules = tuple[SealRule, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What opens one commitment: the salt (32 bytes) and the value; ``subject`` as in the rule."""

    pointer: str
    salt: bytes = field(repr=False)
    value: Any = field(repr=False)
    subject: str | None = None


def new_salt() -> bytes:
    """32 random bytes: without them a commitment to a guessable value could be opened by guessing."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, value: Any) -> str:
    """The commitment to ``value``, base64. Raises the log's ``NotCanonicalError`` for what is no JSON."""
    return format_base64(hashlib.sha256(_DOMAIN + salt + format_canonical(value)).digest())


def rules_for(step: Step, event: Mapping[str, Any]) -> SealRules:
    """What must not be public in an event of ``step``.

    Every field that is partner's or private, or about a person; every field of a step that is not public, and
    every field the template does not know. Where the step's ``quantity`` is sealed, so are the quantities
    moved (with their units: EPCIS §7.3.3.3 knows no unit without a quantity); where its receiver is, so is
    ``destinationList``.
    """
    rules = [
        SealRule(format_pointer(FIELDS, key), _subject(step, key, value))
        for key, value in event.get(FIELDS, {}).items()
        if _is_sealed(step, key)
    ]
    if not step.public or (step.field("quantity") and _is_sealed(step, "quantity")):
        rules += [
            SealRule(format_pointer("quantityList", str(place), name))
            for place in range(len(event.get("quantityList", ())))
            for name in ("quantity", "uom")
        ]
    if any(step.field(key) for key in ("to_party", "by_party", "buyer")):
        rules.append(SealRule("/destinationList"))
    return tuple(rules)


def _is_sealed(step: Step, key: str) -> bool:
    asked = step.field(key) or COMMON_FIELDS.get(key)
    return not step.public or asked is None or asked.is_sealed


def _subject(step: Step, key: str, value: Any) -> str | None:
    asked = step.field(key) or COMMON_FIELDS.get(key)
    about_person = asked is not None and asked.ref in {"member", "user"}
    return value if about_person and isinstance(value, str) else None


def seal_event(
    event: Mapping[str, Any], rules: Iterable[SealRule], *, salt: Callable[[], bytes] = new_salt
) -> tuple[dict[str, Any], tuple[Disclosure, ...]]:
    """The public event and the disclosures of what was taken out; ``event`` itself is not changed.

    Rules whose pointer finds nothing are skipped. Raises ``SealedFieldError`` for an event sealed before, a
    rule given twice or inside another, or one that would seal an array's item or what identifies the event.
    """
    if MEMBER in event:
        raise SealedFieldError("the event is sealed already", pointer=f"/{MEMBER}")
    public = dict(event)
    disclosures = tuple(
        Disclosure(rule.pointer, salt(), _take_out(public, rule.pointer), rule.subject)
        for rule in _checked(tuple(rules))
        if _has(public, rule.pointer)
    )
    if disclosures:
        public[MEMBER] = {item.pointer: commitment(item.salt, item.value) for item in disclosures}
    return public, disclosures


def check_disclosure(event: Mapping[str, Any], disclosure: Disclosure) -> None:
    """Check one disclosure against the event. Raises ``WrongDisclosureError`` or ``SealedFieldError``."""
    expected = sealed_pointers(event).get(disclosure.pointer)
    if expected is None:
        raise SealedFieldError("nothing is sealed there", pointer=disclosure.pointer)
    if len(disclosure.salt) != SALT_BYTES:
        raise WrongDisclosureError("a salt has 32 bytes", pointer=disclosure.pointer)
    if not hmac.compare_digest(commitment(disclosure.salt, disclosure.value).encode(), expected.encode()):
        raise WrongDisclosureError("the value is not the one committed to", pointer=disclosure.pointer)


def unseal(event: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> dict[str, Any]:
    """The event with the disclosed values back in place, each checked; the rest stays sealed.

    With every disclosure this is the inverse of ``seal_event``. Raises as ``check_disclosure``.
    """
    for disclosure in disclosures:
        check_disclosure(event, disclosure)
    return restore(event, disclosures)


def restore(event: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> dict[str, Any]:
    """``unseal`` for disclosures that were checked already."""
    full: dict[str, Any] = _copy(dict(event))
    left = dict(sealed_pointers(event))
    for disclosure in disclosures:
        holder, name = _holder(full, disclosure.pointer)
        holder[name] = _copy(disclosure.value)
        left.pop(disclosure.pointer, None)
    if left:
        full[MEMBER] = left
    else:
        full.pop(MEMBER, None)
    return full


def _copy(value: Any) -> Any:
    """A copy of JSON data. ``copy.deepcopy``, made for everything, takes several times as long."""
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def sealed_pointers(event: Mapping[str, Any]) -> Mapping[str, str]:
    """The sealed pointers of an event and their commitments; empty if nothing is sealed."""
    sealed = event.get(MEMBER, {})
    if not isinstance(sealed, dict) or not all(isinstance(value, str) for value in sealed.values()):
        raise SealedFieldError("not a map of commitments", pointer=f"/{MEMBER}")
    return sealed


# -- pointers (RFC 6901) --------------------------------------------------------------------------------

# What places an event in time and type must be public, or nobody could check the order of a history.
_NEVER = frozenset(
    {"type", "eventID", "eventTime", "eventTimeZoneOffset", "action", "errorDeclaration", MEMBER}
)


def format_pointer(*tokens: str) -> str:
    """The JSON pointer with these reference tokens (RFC 6901 §3, §4)."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


@lru_cache(maxsize=4096)
def parse_pointer(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer; the inverse of ``format_pointer``."""
    tokens = tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
    if format_pointer(*tokens) != pointer:
        raise SealedFieldError("not a JSON pointer", pointer=pointer)
    return tokens


@lru_cache(maxsize=1024)
def _checked(rules: SealRules) -> SealRules:
    ordered = tuple(sorted(rules, key=lambda rule: parse_pointer(rule.pointer)))
    for rule in ordered:
        tokens = parse_pointer(rule.pointer)
        if not tokens or tokens[0] in _NEVER:
            raise SealedFieldError("this must stay public", pointer=rule.pointer)
    for before, rule in itertools.pairwise(ordered):
        outer = parse_pointer(before.pointer)
        if parse_pointer(rule.pointer)[: len(outer)] == outer:
            raise SealedFieldError("sealed twice", pointer=rule.pointer)
    return ordered


def _holder(event: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    """The object that holds the member at ``pointer``, and the member's name.

    Only members of objects are sealed: taking out an array's item would move those behind it.
    """
    *path, name = parse_pointer(pointer)
    value: Any = event
    for token in path:
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise SealedFieldError("no such place", pointer=pointer) from error
    if not isinstance(value, dict):
        raise SealedFieldError("not a member of an object", pointer=pointer)
    return value, name


def _has(event: dict[str, Any], pointer: str) -> bool:
    *path, name = parse_pointer(pointer)
    value: Any = event
    for token in path:
        if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        elif isinstance(value, dict) and token in value:
            value = value[token]
        else:
            return False
    if isinstance(value, list):
        raise SealedFieldError("not a member of an object", pointer=pointer)
    return isinstance(value, dict) and name in value


def _take_out(event: dict[str, Any], pointer: str) -> Any:
    """Remove the member at ``pointer`` and return it. What holds it is copied first; the rest is shared."""
    *path, name = parse_pointer(pointer)
    holder: Any = event
    for token in path:
        place: Any = int(token) if isinstance(holder, list) else token
        holder[place] = copy(holder[place])
        holder = holder[place]
    return holder.pop(name)
