"""The parameters with names of their own, as conditions (EPCIS 2.0 §8.2.7.1, REST binding §12). Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.trace.errors import QueryParameterError
from ledger.trace.query import readers
from ledger.trace.query.conditions import (
    COMPARISONS,
    Condition,
    Reader,
    any_value,
    compares,
    equals_any,
    flag_of,
    moment_of,
    number_of,
    one_of,
)
from ledger.trace.query.epc_matching import epc_test

_WORD_BASES = {
    "bizStep": ("urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-", "cbv:BizStep-"),
    "disposition": ("urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-", "cbv:Disp-"),
    "reason": ("urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-", "cbv:ER-"),
    "type": ("https://gs1.org/voc/", "https://ref.gs1.org/voc/", "gs1:"),
}
_WORDS: Mapping[str, tuple[str, Reader]] = {
    "EQ_bizStep": ("bizStep", readers.field("bizStep")),
    "EQ_disposition": ("disposition", readers.field("disposition")),
    "EQ_persistentDisposition_set": ("disposition", readers.field("persistentDisposition", "set")),
    "EQ_persistentDisposition_unset": ("disposition", readers.field("persistentDisposition", "unset")),
    "EQ_errorReason": ("reason", readers.field("errorDeclaration", "reason")),
    "EQ_type": ("type", readers.sensed("type")),
}
_TEXTS: Mapping[str, Reader] = {
    "eventType": readers.field("type"),
    "EQ_action": readers.field("action"),
    "EQ_readPoint": readers.field("readPoint", "id"),
    "EQ_bizLocation": readers.field("bizLocation", "id"),
    "EQ_transformationID": readers.field("transformationID"),
    "EQ_eventID": readers.field("eventID"),
    "EQ_correctiveEventID": readers.field("errorDeclaration", "correctiveEventIDs"),
    **{
        f"EQ_{name}": readers.sensed(name)
        for name in (
            "deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules",
            "stringValue", "hexBinaryValue", "uriValue",
        )
    },
}  # fmt: skip
_WITHIN: Mapping[str, Reader] = {
    "WD_readPoint": readers.field("readPoint", "id"),
    "WD_bizLocation": readers.field("bizLocation", "id"),
}
_TIMES: Mapping[str, Reader] = {
    "eventTime": readers.field("eventTime"),
    "recordTime": readers.field("recordTime"),
    "errorDeclarationTime": readers.field("errorDeclaration", "declarationTime"),
    "errorDeclaration_Time": readers.field("errorDeclaration", "declarationTime"),
    "time": readers.sensed("time"),
    "startTime": readers.sensed("startTime"),
    "endTime": readers.sensed("endTime"),
}
_MATCHES: Mapping[str, Reader] = {
    "MATCH_epc": readers.listed("epcList", "childEPCs"),
    "MATCH_parentID": readers.field("parentID"),
    "MATCH_inputEPC": readers.listed("inputEPCList"),
    "MATCH_outputEPC": readers.listed("outputEPCList"),
    "MATCH_anyEPC": readers.listed(*readers.EPC_LISTS, parent=True),
    "MATCH_epcClass": readers.classes("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": readers.classes("inputQuantityList"),
    "MATCH_outputEPCClass": readers.classes("outputQuantityList"),
    "MATCH_anyEPCClass": readers.classes(*readers.QUANTITY_LISTS),
}
_EXISTING: Mapping[str, Reader] = {
    "EXISTS_errorDeclaration": readers.field("errorDeclaration"),
    "EXISTS_sensorElementList": readers.field("sensorElementList"),
}
_ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
_NUMBERS = re.compile(
    r"(EQ|GT|GE|LT|LE)_(quantity|value|minValue|maxValue|meanValue|sDev|percValue|percRank)(?:_([A-Z0-9]{2,4}))?"
)
_TYPED = re.compile(r"EQ_(bizTransaction|source|destination)_(.{1,200})", re.DOTALL)
LIST_NAMES = _WORDS.keys() | _TEXTS.keys() | _WITHIN.keys()
"""The parameters whose values are lists of texts."""
FLAG_NAMES = _EXISTING.keys() | {"EQ_booleanValue"}
PATH_MATCHES = frozenset(_MATCHES)
"""The parameters whose values are identifiers of things."""
TIME_NAMES = frozenset(f"{operator}_{name}" for operator in ("GE", "LT") for name in _TIMES)


def named_condition(name: str, values: list[Any]) -> Condition | None:
    """The condition of a parameter with a name of its own; ``None`` for a name that is none.

    ``values`` has at least one. Raises ``QueryParameterError`` for values that the parameter does not take.
    """
    for find in (_of_texts, _of_times, _of_matches, _of_numbers, _of_types, _of_flags):
        found = find(name, values)
        if found is not None:
            return found
    return None


def bare_word(kind: str, word: str) -> str:
    """A standard word without what may stand before it: ``bizStep`` and ``urn:…:bizstep:packing``."""
    base = next((base for base in _WORD_BASES[kind] if word.startswith(base)), "")
    return word.removeprefix(base)


def _of_texts(name: str, values: list[Any]) -> Condition | None:
    if name in _WORDS:
        kind, read = _WORDS[name]
        wanted = {form for text in _texts(name, values) for form in (text, bare_word(kind, text))}
        return Condition(name, read, one_of(wanted))
    if name in _TEXTS:
        texts = _texts(name, values)
        if name == "EQ_action" and not _ACTIONS.issuperset(texts):
            raise QueryParameterError(name, "chỉ nhận ADD, OBSERVE, DELETE")
        return Condition(name, _TEXTS[name], one_of(texts))
    if name in _WITHIN:
        return Condition(name, _WITHIN[name], _within(_texts(name, values)))
    return None


def _of_times(name: str, values: list[Any]) -> Condition | None:
    operator, _, of = name.partition("_")
    if operator not in {"GE", "LT"} or of not in _TIMES:
        return None
    if moment_of(values[0]) is None:
        raise QueryParameterError(name, "phải là thời điểm có múi giờ, như 2026-05-12T07:30:00+07:00")
    return Condition(name, _TIMES[of], compares(name, operator, values[0]))


def _of_matches(name: str, values: list[Any]) -> Condition | None:
    read = _MATCHES.get(name)
    return None if read is None else Condition(name, read, epc_test(name, _texts(name, values)))


def _of_numbers(name: str, values: list[Any]) -> Condition | None:
    match = _NUMBERS.fullmatch(name)
    if match is None:
        return None
    operator, of, uom = match.groups()
    if any(number_of(value) is None for value in values):
        raise QueryParameterError(name, "phải là số")
    read = readers.quantities(uom) if of == "quantity" else readers.measured(of, uom)
    if operator in COMPARISONS:
        return Condition(name, read, compares(name, operator, values[0]))
    return Condition(name, read, equals_any(values))


def _of_types(name: str, values: list[Any]) -> Condition | None:
    match = _TYPED.fullmatch(name)
    if match is None:
        return None
    return Condition(name, readers.typed(f"{match[1]}List", match[2]), one_of(_texts(name, values)))


def _of_flags(name: str, values: list[Any]) -> Condition | None:
    if name in _EXISTING:
        if flag_of(values[0]) is False:
            return Condition(name, readers.field("type"), any_value)
        return Condition(name, _EXISTING[name], any_value)
    if name != "EQ_booleanValue":
        return None
    if flag_of(values[0]) is None:
        raise QueryParameterError(name, "phải là true hoặc false")
    return Condition(name, readers.sensed("booleanValue"), equals_any(values[:1]))


def _within(places: Sequence[str]) -> Callable[[Any], bool]:
    """A place itself, or one whose identifier goes on from it, as a storage bin's does from its hall's."""
    exact, beginnings = frozenset(places), tuple(f"{place.rstrip('/')}/" for place in places)
    return lambda value: isinstance(value, str) and (value in exact or value.startswith(beginnings))


def _texts(name: str, values: list[Any]) -> list[str]:
    if not all(isinstance(value, str) and value for value in values):
        raise QueryParameterError(name, "phải là danh sách chữ")
    return values
