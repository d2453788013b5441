"""EPCIS 2.0: what we accept, what we refuse and how we say it, beside GS1's own schema."""

import json
from datetime import UTC, datetime

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import EpcisError, MalformedJsonError
from ledger.trace.events.epcis import (
    CONTEXT_URL,
    EVENT_TYPES,
    SCHEMA,
    STANDARD_PREFIXES,
    check_document,
    check_event,
    declared_prefixes,
    document_of,
    event_problems,
)
from ledger.trace.events.sealed import rules_for, seal_event
from ledger.trace.events.strict_json import parse_json
from ledger.trace.sectors.templates import template

BASE = "http://127.0.0.1:8000/K7QM2X9T4D"
TIME = "2026-11-12T06:30:00.000+07:00"

HARVEST = {
    "type": "TransformationEvent",
    "eventID": "urn:uuid:3f3d7c9e-8c2a-4a0e-9a51-0d0f8f6f1a11",
    "eventTime": TIME,
    "eventTimeZoneOffset": "+07:00",
    "bizStep": "sogoc:harvesting",
    "disposition": "active",
    "readPoint": {"id": f"{BASE}/loc/A1"},
    "bizLocation": {"id": f"{BASE}/loc/A1"},
    "inputQuantityList": [{"epcClass": f"{BASE}/class/NHO.V260601-1"}],
    "outputQuantityList": [{"epcClass": f"{BASE}/class/NHO.261112-1", "quantity": 320.5, "uom": "KGM"}],
    "sogoc:step": "harvest",
    "sogoc:template": "fruit_nho",
    "sogoc:fields": {"quantity": "320.5", "grade": "A"},
    "sogoc:photos": [{"digest": "ni:///sha-256;x", "mediaType": "image/webp", "size": 48211}],
    "sogoc:evidence": "photo",
}
OBSERVED = {
    "type": "ObjectEvent",
    "eventTime": TIME,
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
}
PACKED = {
    "type": "AggregationEvent",
    "eventTime": TIME,
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "parentID": "urn:epc:id:sscc:0614141.1234567890",
    "childEPCs": ["urn:epc:id:sgtin:0614141.107346.2017"],
}
ORDERED = {
    **OBSERVED,
    "type": "TransactionEvent",
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:1:2"}],
}
MEASURED = {
    "type": "ObjectEvent",
    "eventTime": TIME,
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "readPoint": {"id": f"{BASE}/loc/A1"},
    "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": -1.5, "uom": "CEL"}]}],
}
DOCUMENT = document_of([HARVEST, OBSERVED, PACKED, ORDERED, MEASURED], datetime(2026, 11, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def gs1(shared_data):
    """GS1's own schema, as an oracle: what passes ours must pass it."""
    schema = json.loads((shared_data / "epcis/schema/EPCIS-JSON-Schema.json").read_text())
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def without(event, *names):
    return {key: value for key, value in event.items() if key not in names}


def without_comments(value):
    if isinstance(value, dict):
        return {key: without_comments(item) for key, item in value.items() if not key.startswith("_comment")}
    return [without_comments(item) for item in value] if isinstance(value, list) else value


def shared_documents(shared_data, *folders):
    for folder in folders:
        for path in sorted((shared_data / "epcis" / folder).rglob("*.json*")):
            yield path, without_comments(json.loads(path.read_text()))


# -- the shared sets -------------------------------------------------------------------------------------


def test_every_shared_valid_document_is_accepted_here_and_by_gs1(shared_data, gs1):
    accepted = 0
    for _, document in shared_documents(shared_data, "valid", "fsma204"):
        assert check_document(document)
        assert gs1.is_valid(document)
        accepted += 1
    assert accepted == 26


def test_every_shared_invalid_document_is_refused_with_a_pointer(shared_data):
    pointers = {
        path.stem: [problem.pointer for problem in refused(document).problems]
        for path, document in shared_documents(shared_data, "invalid")
    }
    first = "/epcisBody/eventList/0"
    assert pointers == {
        "Combination_of_events_with_missing_mandatory_fields": [
            first,
            "/epcisBody/eventList/1",
            "/epcisBody/eventList/1",
        ],
        "Combination_of_non_standard_bizStep_and_disposition": [
            f"{first}/bizStep",
            "/epcisBody/eventList/1/disposition",
        ],
        "ObjectEvent_with_ilmd_field_without_namespace": [f"{first}/ilmd"],
        "ObjectEvent_with_invalid_certificationInfo": [
            f"{first}/certificationInfo/0",
            f"{first}/certificationInfo/1",
        ],
        "ObjectEvent_with_non_standard_bizStep": [f"{first}/bizStep"],
        "ObjectEvent_with_non_standard_disposition": [f"{first}/disposition"],
        "ObjectEvent_with_unknown_field_in_quantityList": [f"{first}/quantityList/0"],
        "ObjectEvent_without_identifier_list": [first],
    }


def test_shared_files_are_strict_json_but_one_that_repeats_a_key(shared_data):
    refused_files = []
    for folder in ("valid", "invalid", "fsma204"):
        for path in sorted((shared_data / "epcis" / folder).rglob("*.json*")):
            try:
                parse_json(path.read_bytes())
            except MalformedJsonError:
                refused_files.append(path.name)
    assert refused_files == ["AssociationEvent-h.jsonld"]


# -- our own events --------------------------------------------------------------------------------------

codes = st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True)
lots = codes.map(lambda code: f"{BASE}/class/NHO.{code}")
masses = st.decimals("0.001", 10**6, places=3).map(float)
amounts = st.builds(lambda lot, mass: {"epcClass": lot, "quantity": mass, "uom": "KGM"}, lots, masses)
texts = st.text(st.characters(categories=("L", "N")), max_size=20)


@st.composite
def own_events(draw):
    sector = template(draw(st.sampled_from(["fruit_nho", "pig_farm", "pork_processing", "honey"])))
    step = draw(st.sampled_from([step for step in sector.steps if step.level != "order"]))
    event = {
        **without(HARVEST, "inputQuantityList", "outputQuantityList"),
        "type": step.event_type,
        "bizStep": step.biz_step,
        "disposition": step.disposition,
        "sogoc:step": step.code,
        "sogoc:template": sector.id,
        "sogoc:fields": {field.key: draw(texts) for field in step.fields if draw(st.booleans())},
    }
    if step.event_type == "TransformationEvent":
        event["inputQuantityList"] = draw(st.lists(amounts, min_size=1, max_size=4))
        event["outputQuantityList"] = draw(st.lists(amounts, min_size=1, max_size=3))
    else:
        event["action"] = step.action
        event["quantityList"] = draw(st.lists(amounts, min_size=1, max_size=3))
        event["destinationList"] = [{"type": "owning_party", "destination": f"{BASE}/sd/K7QM2X9T4D"}]
    return step, event


@given(own_events())
def test_our_events_pass_our_schema_and_gs1s_before_and_after_sealing(gs1, made):
    step, event = made
    public, _ = seal_event(event, rules_for(step, event))
    for version in (event, public):
        check_event(version)
        assert gs1.is_valid(document_of([version], datetime(2026, 11, 12, tzinfo=UTC)))


@given(own_events(), st.sampled_from(sorted(HARVEST)), st.none() | st.integers() | texts | st.lists(texts))
def test_whatever_is_put_in_a_member_what_passes_ours_passes_gs1s(gs1, made, member, value):
    event = {**made[1], member: value}
    if not event_problems(event):
        assert gs1.is_valid(document_of([event], datetime(2026, 11, 12, tzinfo=UTC)))


def test_examples_of_every_type_pass_here_and_at_gs1(gs1):
    assert {event["type"] for event in check_document(DOCUMENT)} == set(EVENT_TYPES) - {"AssociationEvent"}
    assert gs1.is_valid(DOCUMENT)


# -- refusals --------------------------------------------------------------------------------------------


def refused(document):
    with pytest.raises(EpcisError) as caught:
        check_document(document)
    return caught.value


QUANTITY = "/outputQuantityList/0"
SENSOR = "/sensorElementList/0"
REPORT = SENSOR + "/sensorReport/0"
TRANSACTION = "/bizTransactionList/0/type"


def output(**element):
    return {"outputQuantityList": [{"epcClass": "urn:a:b", **element}]}


def reported(report, **element):
    return {"sensorElementList": [{**element, "sensorReport": [report]}]}


def paper(kind):
    return {"bizTransactionList": [{"type": kind, "bizTransaction": "urn:a:b"}]}


def declared(**members):
    return {"errorDeclaration": {"declarationTime": TIME, **members}}


def found(event):
    return {problem.pointer: problem.sentence_vi for problem in event_problems(event)}


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        ({"eventTime": "2026-11-12T06:30:00"}, "/eventTime", "múi giờ"),
        ({"eventTime": "2026-11-12 06:30:00+07:00"}, "/eventTime", "múi giờ"),
        ({"eventTime": "2026-11-12t06:30:00z"}, "/eventTime", "múi giờ"),
        ({"eventTime": "2026-02-30T06:30:00Z"}, "/eventTime", "múi giờ"),
        ({"eventTime": "2016-12-31T23:59:60Z"}, "/eventTime", "múi giờ"),
        ({"eventTime": 1762903800}, "/eventTime", "múi giờ"),
        ({"recordTime": "hôm nay"}, "/recordTime", "múi giờ"),
        ({"eventTimeZoneOffset": "+7"}, "/eventTimeZoneOffset", "+07:00"),
        ({"eventTimeZoneOffset": "+15:00"}, "/eventTimeZoneOffset", "+07:00"),
        ({"eventTimeZoneOffset": "Z"}, "/eventTimeZoneOffset", "+07:00"),
        ({"eventID": "no uri"}, "/eventID", "URI"),
        ({"eventID": "urn:x:" + "a" * 500}, "/eventID", "500"),
        ({"bizStep": "harvesting"}, "/bizStep", "CBV"),
        ({"bizStep": "vn:harvesting"}, "/bizStep", "“vn”"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "/bizStep", "CBV"),
        ({"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, "/bizStep", "CBV"),
        ({"bizStep": "cbv:BizStep-shipping"}, "/bizStep", "CBV"),
        ({"disposition": "gone"}, "/disposition", "CBV"),
        ({"persistentDisposition": {"set": ["vn:gone"]}}, "/persistentDisposition/set/0", "“vn”"),
        ({"persistentDisposition": {"set": []}}, "/persistentDisposition/set", "rỗng"),
        ({"persistentDisposition": {"set": ["active", "active"]}}, "/persistentDisposition/set", "lặp"),
        ({"action": "ADD"}, "", "“action”"),
        ({"weight": 5}, "", "“weight”"),
        ({"vn:weight": 5}, "/vn:weight", "“vn”"),
        ({"sogoc:weight": None}, "/sogoc:weight", "không rỗng"),
        ({"sogoc:note": "a" * 2001}, "/sogoc:note", "2000"),
        ({"sogoc:count": 2**53}, "/sogoc:count", "mở rộng"),
        ({"sogoc:count": [[-(2**53)]]}, "/sogoc:count/0/0", "mở rộng"),
        ({"sogoc:list": ["a"] * 1001}, "/sogoc:list", "1000"),
        ({"sogoc:map": {f"k{n}": 1 for n in range(201)}}, "/sogoc:map", "200"),
        ({"sogoc:map": {"k" * 201: 1}}, "/sogoc:map", "mở rộng"),
        (output(quantity=0), QUANTITY + "/quantity", "lớn hơn 0"),
        (output(quantity=-1), QUANTITY + "/quantity", "lớn hơn 0"),
        (output(quantity="5"), QUANTITY + "/quantity", "lớn hơn 0"),
        (output(quantity=2**53), QUANTITY + "/quantity", "lớn hơn 0"),
        (output(quantity=1, uom="kg"), QUANTITY + "/uom", "KGM"),
        (output(uom="KGM"), QUANTITY, "“quantity”"),
        ({"outputQuantityList": [{"quantity": 1}]}, "/outputQuantityList/0", "“epcClass”"),
        (output(quantity=1, weight=1), QUANTITY, "“weight”"),
        ({"outputQuantityList": []}, "", "đầu vào và đầu ra"),
        ({"inputQuantityList": []}, "", "đầu vào và đầu ra"),
        ({"inputEPCList": ["urn:a:b", "urn:a:b"]}, "/inputEPCList", "lặp"),
        ({"inputEPCList": [f"urn:a:{n}" for n in range(1001)]}, "/inputEPCList", "1000"),
        ({"ilmd": {"variety": "Hạ đen"}}, "/ilmd", "“variety”"),
        ({"ilmd": {"vn:variety": "Hạ đen"}}, "/ilmd/vn:variety", "“vn”"),
        ({"ilmd": {}}, "/ilmd", "tiền tố"),
        ({"certificationInfo": [{"gs1:x": "y"}]}, "/certificationInfo/0", "URI"),
        ({"certificationInfo": []}, "/certificationInfo", "rỗng"),
        ({"certificationInfo": "VietGAP"}, "/certificationInfo", "chứng nhận"),
        (paper("bill"), TRANSACTION, "chứng từ"),
        (paper("vn:b"), TRANSACTION, "“vn”"),
        ({"bizTransactionList": [{"type": "po"}]}, "/bizTransactionList/0", "“bizTransaction”"),
        ({"sourceList": [{"source": "urn:a:b"}]}, "/sourceList/0", "“type”"),
        ({"sourceList": [{"type": "owner", "source": "urn:a:b"}]}, "/sourceList/0/type", "owning_party"),
        ({"destinationList": [{"type": "location", "source": "urn:a:b"}]}, "/destinationList/0", "“source”"),
        ({"readPoint": {"id": "vườn"}}, "/readPoint/id", "URI"),
        ({"readPoint": {}}, "/readPoint", "“id”"),
        ({"readPoint": {"id": "urn:a:b", "vn:x": 1}}, "/readPoint/vn:x", "“vn”"),
        ({"errorDeclaration": {}}, "/errorDeclaration", "“declarationTime”"),
        (declared(reason="typo"), "/errorDeclaration/reason", "incorrect_data"),
        (declared(reason="vn:x"), "/errorDeclaration/reason", "“vn”"),
        ({"errorDeclaration": {"declarationTime": TIME, "vn:x": 1}}, "/errorDeclaration/vn:x", "“vn”"),
        ({"sensorElementList": [{}]}, "/sensorElementList/0", "“sensorReport”"),
        ({"sensorElementList": [{"sensorReport": []}]}, "/sensorElementList/0/sensorReport", "rỗng"),
        (reported({"type": "Warmth"}), REPORT + "/type", "số đo"),
        (reported({"type": "vn:W"}), REPORT + "/type", "“vn”"),
        (reported({"type": "Mass", "vn:w": 1}), REPORT + "/vn:w", "“vn”"),
        (reported({"type": "Mass", "hexBinaryValue": "0g"}), REPORT + "/hexBinaryValue", "thập lục phân"),
        (reported({"type": "Mass", "booleanValue": 1}), REPORT + "/booleanValue", "boolean"),
        (reported({"type": "Mass"}, sensorMetadata={"time": 7}), SENSOR + "/sensorMetadata/time", "múi giờ"),
        (reported({"type": "Mass"}, **{"vn:x": 1}), SENSOR + "/vn:x", "“vn”"),
        ({"@context": 7}, "/@context", "@context"),
    ],
)
def test_a_member_in_another_form_is_told_where_and_why(change, pointer, told):
    problems = found({**HARVEST, **change})
    assert pointer in problems, problems
    assert told in problems[pointer]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (without(OBSERVED, "epcList"), "ít nhất một vật"),
        ({**OBSERVED, "epcList": []}, "ít nhất một vật"),
        (without(OBSERVED, "action"), "“action”"),
        (without(OBSERVED, "eventTime"), "“eventTime”"),
        ({**OBSERVED, "ilmd": {"sogoc:x": "1"}}, "action là ADD"),
        ({**OBSERVED, "action": "DELETE", "ilmd": {"sogoc:x": "1"}}, "action là ADD"),
        (without(PACKED, "parentID"), "parentID"),
        (without(PACKED, "childEPCs"), "vật con"),
        ({**PACKED, "action": "OBSERVE", "childEPCs": []}, "vật con"),
        (without({**PACKED, "type": "AssociationEvent"}, "parentID"), "“parentID”"),
        (without(ORDERED, "bizTransactionList"), "“bizTransactionList”"),
        (without(ORDERED, "epcList"), "ít nhất một vật"),
        (without(MEASURED, "readPoint"), "ít nhất một vật"),
        (without(HARVEST, "inputQuantityList"), "đầu vào và đầu ra"),
        (without(HARVEST, "inputQuantityList", "outputQuantityList"), "đầu vào và đầu ra"),
    ],
)
def test_an_event_about_nothing_is_refused(event, told):
    assert told in found(event)[""]


def test_what_is_allowed_passes():
    for event in (
        {**OBSERVED, "action": "ADD", "ilmd": {"sogoc:x": "1", "gs1:y": ["2"], "http://a/b": {"c": True}}},
        {**without(PACKED, "parentID"), "action": "OBSERVE"},
        {**without(PACKED, "childEPCs"), "action": "DELETE"},
        {**PACKED, "type": "AssociationEvent"},
        {**without(ORDERED, "epcList"), "action": "DELETE"},
        {**without(HARVEST, "inputQuantityList"), "transformationID": f"{BASE}/xform/T1"},
        {**HARVEST, "bizStep": "urn:vn:step:x", "disposition": "https://example.vn/d"},
        {**HARVEST, "@context": {"vn": "https://example.vn/"}, "vn:x": 1, "bizStep": "vn:y"},
        {**HARVEST, "@context": [CONTEXT_URL, {"vn": "https://example.vn/"}], "ilmd": {"vn:x": 1}},
        {**HARVEST, "errorDeclaration": {"declarationTime": TIME, "reason": "incorrect_data"}},
        {**HARVEST, "eventTime": "2026-11-12T06:30:00Z", "eventTimeZoneOffset": "-14:00"},
        {**HARVEST, "sogoc:note": "a" * 2000, "sogoc:count": 2**53 - 1},
        {**MEASURED, "persistentDisposition": {"set": ["conformant"], "unset": ["expired"]}},
    ):
        assert found(event) == {}


@pytest.mark.parametrize(
    "event", [None, 7, [], {}, {"type": "ObjectEvents"}, {"type": ["ObjectEvent"]}, {"type": "vn:E"}]
)
def test_what_is_no_event_is_refused(event):
    assert "ObjectEvent" in found(event)["/type"]
    with pytest.raises(EpcisError):
        check_event(event)


# -- documents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        ({"type": "EPCISMasterDataDocument"}, "/type", "EPCISDocument"),
        ({"type": None}, "/type", "EPCISDocument"),
        ({"schemaVersion": "1.2"}, "/schemaVersion", "2.x"),
        ({"creationDate": "2026-11-12"}, "/creationDate", "múi giờ"),
        ({"@context": "https://example.vn/context"}, "/@context", "GS1"),
        ({"@context": {"sogoc": "urn:sogoc:ns:"}}, "/@context", "GS1"),
        ({"epcisBody": {}}, "/epcisBody", "“eventList”"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList", "danh sách"),
        ({"epcisBody": {"eventList": [{}] * 2001}}, "/epcisBody/eventList", "2000"),
        ({"epcisBody": {"eventList": [7]}}, "/epcisBody/eventList/0", "danh sách"),
        ({"vn:x": 1}, "/vn:x", "“vn”"),
        ({"owner": "HTX"}, "", "“owner”"),
    ],
)
def test_a_document_in_another_form_is_told_where_and_why(change, pointer, told):
    problems = {problem.pointer: problem.sentence_vi for problem in refused({**DOCUMENT, **change}).problems}
    assert pointer in problems, problems
    assert told in problems[pointer]


def test_a_prefix_is_declared_by_the_document_or_not_at_all():
    document = {**DOCUMENT, "@context": CONTEXT_URL}
    error = refused(document)
    assert [problem.pointer for problem in error.problems][:2] == [
        "/epcisBody/eventList/0/sogoc:step",
        "/epcisBody/eventList/0/sogoc:template",
    ]
    assert "chỗ khác" in error.sentence
    assert "sogoc:step" in str(error)
    assert check_document({**DOCUMENT, "@context": [CONTEXT_URL, {"sogoc": "urn:x:"}]})


def test_at_most_50_problems_are_told():
    bad = {**OBSERVED, "bizStep": "x", "disposition": "y"}
    assert len(refused(document_of([bad] * 40, datetime.now(UTC))).problems) == 50
    assert len(event_problems({**HARVEST, "inputEPCList": ["x"] * 60, "outputEPCList": ["y"] * 60})) == 50


def test_a_query_result_is_read_like_a_document():
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [OBSERVED, {"type": "x"}]}}
    document = {
        "@context": [CONTEXT_URL],
        "type": "EPCISQueryDocument",
        "epcisBody": {"queryResults": results},
    }
    pointers = [problem.pointer for problem in refused(document).problems]
    assert pointers == ["/epcisBody/queryResults/resultsBody/eventList/1/type"]
    results["resultsBody"]["eventList"].pop()
    assert check_document(document) == [OBSERVED]


def test_prefixes_are_taken_from_inline_contexts_only():
    context = [CONTEXT_URL, {"vn": "https://example.vn/", "@vocab": "urn:x:", "vn:term": {"@type": "@id"}}]
    assert declared_prefixes(context) == {"vn"}
    assert declared_prefixes(CONTEXT_URL) == frozenset()
    assert "gs1" in STANDARD_PREFIXES


def test_the_words_of_the_schema_are_those_of_the_standard(shared_data):
    context = json.loads((shared_data / "epcis/schema/epcis-context.jsonld").read_text())["@context"]
    for name in ("bizStep", "disposition"):
        words = {word for word in context[name]["@context"] if word[0] != "@"}
        assert set(SCHEMA["$defs"][name]["anyOf"][0]["enum"]) == words
