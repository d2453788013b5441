"""What each query parameter finds in an event, and what is refused (EPCIS 2.0 §8.2.7.1)."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import QueryParameterError
from ledger.trace.query.language import MAX_PARAMETERS, MAX_VALUES, parse_query, split_values

EVENT = {
    "@context": [{"ex": "https://ns.example.com/epcis/"}],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:1",
    "eventTime": "2026-05-12T07:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "recordTime": "2026-05-12T01:00:00.000Z",
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "disposition": "in_progress",
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["recalled"]},
    "readPoint": {"id": "https://x.example/loc/A/bin7", "ex:gate": 4},
    "bizLocation": {"id": "https://x.example/loc/A"},
    "epcList": ["urn:epc:id:sgtin:4012345.011111.987", "https://id.gs1.org/01/09521234543213/21/S1"],
    "quantityList": [
        {"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 12.5, "uom": "KGM"},
        {"epcClass": "https://x.example/class/NHO.1", "quantity": 30},
    ],
    "bizTransactionList": [{"type": "po", "bizTransaction": "https://x.example/po/1"}],
    "sourceList": [{"type": "owning_party", "source": "https://x.example/a"}],
    "destinationList": [{"type": "owning_party", "destination": "https://x.example/b"}],
    "errorDeclaration": {
        "declarationTime": "2026-05-13T00:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:2"],
        "ex:who": "kho",
    },
    "ilmd": {"ex:best": "2026-06-01T00:00:00Z", "ex:box": {"ex:depth": 12}},
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-05-12T00:30:00Z",
                "deviceID": "urn:epc:id:giai:4000001.111",
                "bizRules": "https://x.example/rules",
                "ex:meta": "m",
            },
            "sensorReport": [
                {
                    "type": "Temperature",
                    "value": 4.5,
                    "minValue": 2,
                    "maxValue": 6,
                    "uom": "CEL",
                    "booleanValue": True,
                    "stringValue": "ok",
                    "ex:noise": 0.1,
                }
            ],
            "ex:element": "e",
        }
    ],
    "ex:moisture": 12.4,
    "ex:note": "khô",
    "ex:nested": {"ex:inner": [{"ex:deep": "found"}]},
}

FOUND = [
    ("eventType", "ObjectEvent|AggregationEvent"),
    ("GE_eventTime", "2026-05-12T00:30:00Z"),
    ("LT_eventTime", "2026-05-12T00:30:00.001Z"),
    ("GE_recordTime", "2026-05-12T01:00:00Z"),
    ("LT_recordTime", "2026-05-12T08:00:01+07:00"),
    ("EQ_action", "ADD|OBSERVE"),
    ("EQ_bizStep", "shipping|inspecting"),
    ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-inspecting"),
    ("EQ_disposition", "urn:epcglobal:cbv:disp:in_progress"),
    ("EQ_persistentDisposition_set", "completeness_verified"),
    ("EQ_persistentDisposition_unset", "recalled"),
    ("EQ_readPoint", "https://x.example/loc/A/bin7"),
    ("WD_readPoint", "https://x.example/loc/A"),
    ("WD_bizLocation", "https://x.example/loc/A"),
    ("EQ_bizLocation", "https://x.example/loc/A"),
    ("EQ_bizTransaction_po", "https://x.example/po/1"),
    ("EQ_source_owning_party", "https://x.example/a"),
    ("EQ_destination_owning_party", "https://x.example/b"),
    ("MATCH_epc", "urn:epc:id:sgtin:4012345.011111.987"),
    ("MATCH_epc", "urn:epc:idpat:sgtin:4012345.011111.*"),
    ("MATCH_epc", "urn:epc:idpat:sgtin:4012345.*.*"),
    ("MATCH_anyEPC", "https://id.gs1.org/01/09521234543213/21/S1"),
    ("MATCH_epc", "urn:epc:idpat:sgtin:9521234.054321.*"),
    ("MATCH_epcClass", "urn:epc:class:lgtin:4012345.012345.L1"),
    ("MATCH_anyEPCClass", "https://x.example/class/NHO.1"),
    ("MATCH_anyEPCClass", "urn:epc:idpat:lgtin:4012345.012345.*"),
    ("EQ_quantity", "30"),
    ("GT_quantity", "29.9"),
    ("LE_quantity_KGM", "12.5"),
    ("GE_quantity_KGM", "12.5"),
    ("EQ_eventID", "urn:uuid:1|urn:uuid:9"),
    ("EXISTS_errorDeclaration", "true"),
    ("EXISTS_errorDeclaration", "false"),
    ("GE_errorDeclarationTime", "2026-05-13T00:00:00Z"),
    ("LT_errorDeclaration_Time", "2026-05-14T00:00:00Z"),
    ("EQ_errorReason", "incorrect_data"),
    ("EQ_correctiveEventID", "urn:uuid:2"),
    ("EXISTS_sensorElementList", "true"),
    ("GE_time", "2026-05-12T00:30:00Z"),
    ("EQ_type", "Temperature"),
    ("EQ_type", "https://gs1.org/voc/Temperature"),
    ("EQ_deviceID", "urn:epc:id:giai:4000001.111"),
    ("EQ_bizRules", "https://x.example/rules"),
    ("EQ_stringValue", "ok"),
    ("EQ_booleanValue", "true"),
    ("EQ_value_CEL", "4.5|9"),
    ("GE_minValue_CEL", "2"),
    ("LT_maxValue_CEL", "6.1"),
    ("EQ_ex:moisture", "12.4"),
    ("GT_ex:moisture", "12"),
    ("EQ_https://ns.example.com/epcis/moisture", "12.4"),
    ("EQ_ex:note", "khô|ướt"),
    ("EXISTS_ex:note", "true"),
    ("EQ_INNER_ex:deep", "found"),
    ("EXISTS_INNER_ex:deep", "true"),
    ("GE_ILMD_ex:best", "2026-06-01T07:00:00+07:00"),
    ("EQ_ILMD_ex:best", "2026-06-01T07:00:00+07:00"),
    ("GT_INNER_ILMD_ex:depth", "11"),
    ("EXISTS_ILMD_ex:box", "true"),
    ("EQ_ERROR_DECLARATION_ex:who", "kho"),
    ("EQ_readPoint_ex:gate", "4"),
    ("EQ_SENSORELEMENT_ex:element", "e"),
    ("EQ_SENSORMETADATA_ex:meta", "m"),
    ("LT_SENSORREPORT_ex:noise", "0.2"),
]
MISSED = [
    ("eventType", "AggregationEvent"),
    ("GE_eventTime", "2026-05-12T07:30:00.001+07:00"),
    ("LT_eventTime", "2026-05-12T07:30:00+07:00"),
    ("EQ_action", "ADD"),
    ("EQ_bizStep", "shipping"),
    ("WD_readPoint", "https://x.example/loc/A/bin"),
    ("EQ_bizTransaction_inv", "https://x.example/po/1"),
    ("MATCH_epc", "urn:epc:idpat:sgtin:4012345.011112.*"),
    ("MATCH_epc", "urn:epc:id:sgtin:4012345.011111.98"),
    ("MATCH_parentID", "urn:epc:id:sgtin:4012345.011111.987"),
    ("MATCH_inputEPCClass", "https://x.example/class/NHO.1"),
    ("EQ_quantity_KGM", "30"),
    ("GT_quantity", "30"),
    ("EQ_booleanValue", "false"),
    ("EQ_value_FAH", "4.5"),
    ("GE_minValue_CEL", "2.1"),
    ("EQ_ex:moisture", "12.5"),
    ("EQ_ex:deep", "found"),
    ("GT_ex:note", "1"),
    ("EQ_other:moisture", "12.4"),
    ("EXISTS_ILMD_ex:none", "true"),
]
REFUSED = [
    ("EQ_foo", "1"),
    ("MATCH_everything", "x"),
    ("eventType", "Nonsense"),
    ("EQ_action", "TAKE"),
    ("GE_eventTime", "yesterday"),
    ("GE_eventTime", "2026-05-12"),
    ("GE_eventTime", "2026-05-12T07:30:00"),
    ("GE_eventTime", "0001-01-01T00:00:00+14:00"),
    ("GT_eventTime", "2026-05-12T07:30:00Z"),
    ("GT_startTime", "2026-05-12T07:30:00Z"),
    ("GT_quantity", "many"),
    ("GT_quantity", "1e999999"),
    ("EQ_booleanValue", "maybe"),
    ("orderBy", "colour"),
    ("orderDirection", "UP"),
    ("eventCountLimit", "0"),
    ("eventCountLimit", "-3"),
    ("maxEventCount", "1.5"),
    ("EQ_bizStep", ""),
    ("EQ_bizStep", "packing\x00"),
    ("EQ_bizStep", "x" * 501),
    ("EQ_bizStep", "|".join(["a"] * (MAX_VALUES + 1))),
    ("MATCH_epc", "urn:epc:idpat:nonsense"),
    ("HASATTR_readPoint", "x"),
]


def query(name: str, text: str):
    return parse_query(split_values({name: text}))


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_parameter_finds_the_event(name, text):
    assert query(name, text).is_met(EVENT)


@pytest.mark.parametrize(("name", "text"), MISSED)
def test_a_parameter_misses_the_event(name, text):
    assert not query(name, text).is_met(EVENT)


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_what_is_not_understood_is_refused_by_its_name(name, text):
    with pytest.raises(QueryParameterError) as caught:
        query(name, text)
    assert caught.value.parameter == name


def test_all_conditions_must_hold():
    parameters = split_values({"EQ_bizStep": "inspecting", "EQ_action": "ADD"})
    assert not parse_query(parameters).is_met(EVENT)


def test_a_prefix_declared_beside_the_query_means_its_namespace():
    names = {"mine": "https://ns.example.com/epcis/"}
    assert parse_query({"EQ_mine:moisture": ["12.4"]}, names).is_met(EVENT)
    assert not parse_query({"EQ_mine:moisture": ["12.4"]}, {"mine": "https://elsewhere/"}).is_met(EVENT)


def test_two_limits_exclude_each_other():
    with pytest.raises(QueryParameterError):
        parse_query({"eventCountLimit": 3, "maxEventCount": 3})


def test_a_query_has_bounds():
    with pytest.raises(QueryParameterError):
        parse_query({f"EQ_ex:m{number}": ["1"] for number in range(MAX_PARAMETERS + 1)})


def test_named_queries_are_the_standard_s_json(shared_data):
    """What GS1's query schema takes we take: each of its parameters, with a value of the type it asks for."""
    schema = json.loads((shared_data / "epcis/schema/query-schema.json").read_text(encoding="utf-8"))
    asked = schema["definitions"]["EPCIS-Query"]["properties"]
    texts = {"eventType": "ObjectEvent", "EQ_action": "ADD", "EQ_bizStep": "packing"}
    refused = set()
    for name, form in asked.items():
        reference = form.get("$ref", "")
        if reference.endswith("/time"):
            value = "2026-05-12T00:30:00Z"
        elif form.get("type") == "array":
            value = [texts.get(name, 5 if name == "EQ_quantity" else "urn:x:1")]
        elif form.get("type") == "boolean":
            value = True
        else:
            value = {"orderBy": "eventTime", "orderDirection": "ASC"}.get(name, 3)
        try:
            parse_query({name: value})
        except QueryParameterError:
            refused.add(name)
    assert refused == {"@context"}


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=60), max_size=4))
def test_any_parameters_are_a_query_or_refused(parameters):
    with suppress(QueryParameterError):
        parse_query(split_values(parameters)).is_met(EVENT)


NAMES = st.sampled_from(sorted({name for name, _ in FOUND + MISSED}))


@given(NAMES, st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_taken_or_refused(name, value):
    for raw in (value, [value], [value, value]):
        with suppress(QueryParameterError):
            parse_query({name: raw}).is_met(EVENT)
