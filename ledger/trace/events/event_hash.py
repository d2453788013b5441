"""The hash of an EPCIS event that depends on what it says, not on how it is spelled (CBV 2.0 §8.9). Pure.

Two systems that know one event give it one hash, whatever the order of its members, the offset of its times,
URN or Digital Link. The text that is hashed names type, then the standard's fields in the standard's order,
then master data and extensions in the order of their texts. Left out is what the repository or a later
correction adds: ``eventID``, ``recordTime``, ``errorDeclaration``, contexts and comments.

The hash of an event with private values could be guessed from them: it is told to who captured the event, and
never put in the log.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from ledger.trace.events.epc_uris import canonical_uri

Namespaces: TypeAlias = Mapping[str, str]

_CBV = "https://ref.gs1.org/cbv/"
_VOC = "https://gs1.org/voc/"
_STANDARD: Namespaces = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": _CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": _VOC,
}
_EXPANDED = ("cbv:", "gs1:")
_URNS = {
    "urn:epcglobal:cbv:bizstep:": f"{_CBV}BizStep-",
    "urn:epcglobal:cbv:disp:": f"{_CBV}Disp-",
    "urn:epcglobal:cbv:btt:": f"{_CBV}BTT-",
    "urn:epcglobal:cbv:sdt:": f"{_CBV}SDT-",
    "urn:epcglobal:cbv:er:": f"{_CBV}ER-",
}
_LEFT_OUT = frozenset(
    {"type", "eventID", "recordTime", "errorDeclaration", "@context", "rdfs:comment", "comment"}
)
_QUANTITY = ("epcClass", "quantity", "uom")
_TYPED = {"bizTransactionList": "BTT-", "sourceList": "SDT-", "destinationList": "SDT-"}
_ORDER = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "epcList", "parentID", "inputEPCList",
    "childEPCs", "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList",
    "outputQuantityList", "action", "transformationID", "bizStep", "disposition", "persistentDisposition",
    "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList", "sensorElementList",
)  # fmt: skip
"""CBV 2.0 §8.9.2, the order in which fields are joined."""
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
    "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue",
    "uom", "coordinateReferenceSystem",
)  # fmt: skip
_WORDS = {"bizStep": f"{_CBV}BizStep-", "disposition": f"{_CBV}Disp-"}
_SET_OR_NOT = ("set", "unset")
_REPORT_WORDS = {"type": _VOC, "exception": _VOC, "component": f"{_CBV}Comp-"}
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_EPCS = frozenset({"epcList", "inputEPCList", "outputEPCList", "childEPCs"})
_QUANTITIES = frozenset({"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"})
_LISTS = _EPCS | _QUANTITIES | _TYPED.keys() | {"sensorElementList"}
NO_NAMES: Namespaces = MappingProxyType({})


def event_hash(event: Mapping[str, Any], names: Namespaces = NO_NAMES) -> str:
    """The hash as an ``ni`` URI (RFC 6920): ``ni:///sha-256;<hex>?ver=CBV2.0``.

    ``event`` has passed ``check_event``; ``names`` are the prefixes declared around it.
    """
    digest = hashlib.sha256(pre_hash(event, names).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], names: Namespaces = NO_NAMES) -> str:
    """The text that is hashed."""
    own = event.get("@context")
    known = {**names, **_declared(own)} if own is not None else names
    text = f"eventType={event['type']}"
    for name in sorted(event.keys() & _FIELDS, key=_PLACES.__getitem__):
        text += _field(name, event[name], known)
    rest = [_generic(name, event[name], known) for name in event.keys() - _NAMED]
    return text + "".join(sorted(rest)) if rest else text


def declared_names(context: Any) -> Namespaces:
    """The prefixes that an inline ``@context`` declares, and what they stand for."""
    return _declared(context)


_PLACES = {name: place for place, name in enumerate(_ORDER)}
_FIELDS = frozenset(_ORDER)
_NAMED = _FIELDS | _LEFT_OUT


def _declared(context: Any) -> dict[str, str]:
    parts = context if isinstance(context, list) else [context]
    return {
        name: value
        for part in parts
        if isinstance(part, dict)
        for name, value in part.items()
        if isinstance(value, str)
    }


def _field(name: str, value: Any, names: Namespaces) -> str:
    if name in _TIMES:
        return f"{name}={_time(value)}"
    if name in _WORDS:
        return f"{name}={_word(value, _WORDS[name], names)}"
    if name in _LISTS:
        return _listed(name, _items(name, value, names))
    if name == "persistentDisposition":
        base = _WORDS["disposition"]
        words = {key: sorted(_word(word, base, names) for word in value.get(key, ())) for key in _SET_OR_NOT}
        return name + "".join(f"{key}={word}" for key in _SET_OR_NOT for word in words[key])
    if name in {"readPoint", "bizLocation"}:
        return name + _members(value, ("id",)) + _extensions(value, names)
    if isinstance(value, list):
        return "".join(sorted(f"{name}={_value(item)}" for item in value))
    return f"{name}={_value(value)}"


def _items(name: str, items: Sequence[Any], names: Namespaces) -> list[str]:
    if name in _EPCS:
        return [f"epc={_value(epc)}" for epc in items]
    if name in _QUANTITIES:
        return ["quantityElement" + _members(item, _QUANTITY) for item in items]
    if name in _TYPED:
        return [_typed(name, item, names) for item in items]
    return [_sensor(item, names) for item in items]


def _listed(name: str, texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return name + texts[0]
    return name + "".join(sorted(texts)) if texts else ""


def _members(item: Mapping[str, Any], order: Sequence[str]) -> str:
    return "".join(f"{name}={_value(item[name])}" for name in order if name in item)


def _typed(name: str, item: Mapping[str, Any], names: Namespaces) -> str:
    """``type`` first, then the thing itself."""
    thing = name.removesuffix("List")
    kind = f"type={_word(item['type'], _CBV + _TYPED[name], names)}" if "type" in item else ""
    return f"{kind}{thing}={_value(item[thing])}"


def _sensor(element: Mapping[str, Any], names: Namespaces) -> str:
    metadata = element.get("sensorMetadata")
    text = "sensorElement"
    if metadata:
        text += "sensorMetadata" + _sensed(metadata, _METADATA, names) + _extensions(metadata, names)
    reports = [
        "sensorReport" + _sensed(report, _REPORT, names) + _extensions(report, names)
        for report in element["sensorReport"]
    ]
    return text + "".join(sorted(reports)) + _extensions(element, names)


def _sensed(item: Mapping[str, Any], order: Sequence[str], names: Namespaces) -> str:
    texts = []
    for name in order:
        if name not in item:
            continue
        value = item[name]
        if name in _TIMES:
            texts.append(f"{name}={_time(value)}")
        else:
            base = _REPORT_WORDS.get(name)
            texts.append(f"{name}={_value(value) if base is None else _word(value, base, names)}")
    return "".join(texts)


def _extensions(item: Mapping[str, Any], names: Namespaces) -> str:
    return "".join(sorted(_generic(name, value, names) for name, value in item.items() if ":" in name))


def _generic(name: str, value: Any, names: Namespaces) -> str:
    """An extension: its full name, its value, and what is inside it; a list is its items one by one."""
    full = _full_name(name, names)
    if isinstance(value, list):
        return "".join(sorted(_generic(name, item, names) for item in value))
    if isinstance(value, Mapping):
        inner = sorted(_generic(key, item, names) for key, item in value.items() if key not in _COMMENTS)
        return full + "".join(inner)
    text = _value(value)
    return f"{full}={text}" if text else full


_COMMENTS = frozenset({"rdfs:comment", "comment"})


def _full_name(name: str, names: Namespaces) -> str:
    prefix, colon, local = name.partition(":")
    space = names.get(prefix) or _STANDARD.get(prefix)
    return f"{{{space}}}{local}" if colon and space else name


def _word(word: str, base: str, names: Namespaces) -> str:
    """A bare word of the vocabulary, or one with a declared prefix, as its full URI."""
    prefix, colon, local = word.partition(":")
    if not colon:
        return base + word
    space = names.get(prefix)
    return _text(word) if space is None else space + local


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _number(str(value))


@lru_cache(maxsize=8192)
def _text(value: str) -> str:
    text = value.strip()
    if text.startswith("urn:epcglobal:cbv:"):
        for urn, web in _URNS.items():
            if text.startswith(urn):
                return web + text.removeprefix(urn)
    if text.startswith(_EXPANDED):
        prefix, _, local = text.partition(":")
        return _STANDARD[prefix] + local
    if text.startswith(("http:", "https:", "urn:")):
        return canonical_uri(text)
    return _number(text)


def _number(text: str) -> str:
    """Without leading and trailing zeros, plus sign or needless fraction, where it is a number at all."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number) or "_" in text:
        return text
    return str(int(number)) if number == int(number) else str(number)


@lru_cache(maxsize=1024)
def _time(text: str) -> str:
    """In UTC, rounded to milliseconds."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    rounded = moment.replace(microsecond=0) + timedelta(milliseconds=round(moment.microsecond / 1000))
    return f"{rounded.isoformat(timespec='milliseconds')[:-6]}Z"
