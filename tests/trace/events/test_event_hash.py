"""The hash of an event: the reference implementation's values, and what must not change it."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.events.epc_uris import canonical_uri
from ledger.trace.events.event_hash import declared_names, event_hash, pre_hash

NAMES = {"example": "https://ns.example.com/epcis/"}
DEPARTING = {
    "type": "ObjectEvent",
    "eventTime": "2020-03-04T11:00:30.000+01:00",
    "eventTimeZoneOffset": "+01:00",
    "recordTime": "2020-03-04T11:00:30.999+01:00",
    "epcList": [
        "urn:epc:id:sscc:4012345.0000000333",
        "urn:epc:id:sscc:4012345.0000000111",
        "urn:epc:id:sscc:4012345.0000000222",
    ],
    "action": "OBSERVE",
    "bizStep": "departing",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
    "example:myField1": {"example:mySubField1": "2", "example:mySubField2": "5"},
    "example:myField2": "0",
    "example:myField3": {"example:mySubField3": ["3", "1"]},
}
TRADED = {
    "type": "ObjectEvent",
    "eventTime": "2020-03-04T11:00:30+01:00",
    "eventTimeZoneOffset": "+01:00",
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 12.50, "uom": "KGM"}],
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
    "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:0614141.00000"}],
}


def test_the_text_of_the_reference_event_is_the_reference_s():
    """CBV 2.0 §8.9.3, example 1."""
    text = pre_hash(DEPARTING, NAMES)
    assert text == (
        "eventType=ObjectEventeventTime=2020-03-04T10:00:30.000ZeventTimeZoneOffset=+01:00epcList"
        "epc=https://id.gs1.org/00/040123450000001112epc=https://id.gs1.org/00/040123450000002225"
        "epc=https://id.gs1.org/00/040123450000003338action=OBSERVE"
        "bizStep=https://ref.gs1.org/cbv/BizStep-departing"
        "readPointid=https://id.gs1.org/414/4012345000115/254/987"
        "{https://ns.example.com/epcis/}myField1{https://ns.example.com/epcis/}mySubField1=2"
        "{https://ns.example.com/epcis/}mySubField2=5{https://ns.example.com/epcis/}myField2=0"
        "{https://ns.example.com/epcis/}myField3{https://ns.example.com/epcis/}mySubField3=1"
        "{https://ns.example.com/epcis/}mySubField3=3"
    )


def test_a_trade_names_type_then_thing_in_the_order_of_the_standard():
    text = pre_hash(TRADED)
    cbv = "https://ref.gs1.org/cbv/"
    assert text.endswith(
        f"disposition={cbv}Disp-in_transitpersistentDispositionset={cbv}Disp-completeness_verified"
        f"unset={cbv}Disp-completeness_inferred"
        f"bizTransactionListtype={cbv}BTT-pobizTransaction=https://id.gs1.org/253/4012345111118123"
        f"sourceListtype={cbv}SDT-owning_partysource=https://id.gs1.org/417/4012345000009"
        f"destinationListtype={cbv}SDT-owning_partydestination=https://id.gs1.org/417/0614141000005"
    )
    assert "epcClass=https://id.gs1.org/01/04012345123456/10/L1quantity=12.5uom=KGM" in text


SAME = {
    "other order of members": lambda e: dict(reversed(e.items())),
    "other offset of its time": lambda e: e | {"eventTime": "2020-03-04T10:00:30Z"},
    "an id": lambda e: e | {"eventID": "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"},
    "declared an error": lambda e: e | {"errorDeclaration": {"declarationTime": "2020-03-05T10:00:30Z"}},
    "a Digital Link for the URN": lambda e: (
        e | {"readPoint": {"id": "https://dl.example.com/414/4012345000115/254/987?x=1"}}
    ),
    "other order of a list": lambda e: e | {"epcList": sorted(e["epcList"])},
    "a comment": lambda e: e | {"rdfs:comment": "seen at the gate"},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_spelled_otherwise_it_is_the_same_event(change):
    assert event_hash(change(DEPARTING), NAMES) == event_hash(DEPARTING, NAMES)


OTHER = {
    "another second": {"eventTime": "2020-03-04T10:00:31Z"},
    "another offset": {"eventTimeZoneOffset": "+02:00"},
    "another step": {"bizStep": "shipping"},
    "one thing less": {"epcList": DEPARTING["epcList"][:2]},
    "an extension more": {"example:myField9": "1"},
    "a list of one item more": {"example:myField3": {"example:mySubField3": ["3", "1", "4"]}},
}


@pytest.mark.parametrize("members", OTHER.values(), ids=OTHER)
def test_what_says_something_else_has_another_hash(members):
    assert event_hash({**DEPARTING, **members}, NAMES) != event_hash(DEPARTING, NAMES)


def test_a_prefix_means_what_it_was_declared_to_mean():
    renamed = {
        key.replace("example:", "ex:"): value for key, value in DEPARTING.items() if "Field1" not in key
    }
    inner = {"ex:mySubField3": ["3", "1"]}
    again = {key: value for key, value in DEPARTING.items() if "Field1" not in key}
    assert event_hash(renamed | {"ex:myField3": inner}, {"ex": NAMES["example"]}) == event_hash(again, NAMES)
    assert event_hash(again | {"@context": [NAMES]}) == event_hash(again, NAMES)


@given(st.data())
def test_no_order_of_members_changes_the_hash(data):
    members = data.draw(st.permutations(list(TRADED.items())))
    assert event_hash(dict(members)) == event_hash(TRADED)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("007", "7"),
        ("1.500", "1.5"),
        ("+2", "2"),
        ("1e3", "1000"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_0", "1_0"),
    ],
)
def test_numbers_have_one_spelling(number, text):
    assert pre_hash({**DEPARTING, "example:myField2": number}, NAMES).count(f"myField2={text}") == 1


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("urn:epc:id:sgtin:4012345.011111.98%22", "/01/04012345111118/21/98%22"),
        ("urn:epc:id:sgtin:0614141.812345.6789!()", "/01/80614141123458/21/6789%21%28%29"),
        ("urn:epc:id:sscc:4012345.3111111111", "/00/340123451111111111"),
        ("urn:epc:id:sgln:4012345.00005.0", "/414/4012345000054"),
        ("urn:epc:id:grai:4012345.00022.334455", "/8003/04012345000221334455"),
        ("urn:epc:id:giai:4012345.ABC345", "/8004/4012345ABC345"),
        ("urn:epc:id:gsrn:4012345.0000006765", "/8018/401234500000067657"),
        ("urn:epc:id:gdti:4012345.00009.PO-4711", "/253/4012345000092PO-4711"),
        (
            "urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234",
            "/8010/061414111111111111111-A%23%2F/8011/1234",
        ),
        ("urn:epc:id:itip:4012345.011111.01.02.987", "/8006/040123451111180102/21/987"),
        ("urn:epc:id:upui:1234567.098765.51qI", "/01/01234567987651/235/51qI"),
        ("urn:epc:id:pgln:999999999999.", "/417/9999999999994"),
        ("urn:epc:idpat:sgtin:4012345.012345.*", "/01/04012345123456"),
        ("https://example.com/gtin/09780345418913/21/765tz?abc=211121", "/01/09780345418913/21/765tz"),
        ("http://example.com/01/001122334455/ser/GHB", "/01/00001122334455/21/GHB"),
        ("https://id.gs1.org/gtin/9780345418913/cpv/344/lot/1223/ser/765tz", "/01/09780345418913/21/765tz"),
        ("https://gs1.test.example.org/01/9780345418913/10/1223", "/01/09780345418913/10/1223"),
    ],
)
def test_a_gs1_identifier_has_one_spelling(spelled, canonical):
    assert canonical_uri(spelled) == f"https://id.gs1.org{canonical}"
    assert canonical_uri(canonical_uri(spelled)) == canonical_uri(spelled)


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/T716RB6V5V/class/NHO.1",
        "http://example.de/01/97803",
        "http://id.gs1.org/01/9780345418913/99/utfgf",
        "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab",
        "urn:epc:id:sgtin:12.34.56",
        "urn:epc:id:unknown:4012345.1",
        "https://",
        "",
    ],
)
def test_what_is_no_gs1_identifier_stays_as_it_is(uri):
    assert canonical_uri(uri) == uri


@given(st.text(max_size=60))
def test_any_text_is_taken(text):
    for start in ("", "urn:epc:id:sgtin:", "https://example.com/01/", "urn:epc:class:lgtin:4012345."):
        assert isinstance(canonical_uri(start + text), str)


def test_the_standard_s_examples_have_hashes_that_differ(shared_data):
    """Every event of GS1's own valid examples; shuffled members give the same hash again."""
    seen = {}
    for path in sorted((shared_data / "epcis" / "valid").rglob("*.jsonld")):
        body = json.loads(path.read_text(encoding="utf-8"))
        if body.get("type") != "EPCISDocument":
            continue
        names = declared_names(body["@context"])
        for event in body["epcisBody"]["eventList"]:
            members = list(event.items())
            random.Random(7).shuffle(members)
            assert event_hash(dict(members), names) == event_hash(event, names)
            seen.setdefault(event_hash(event, names), []).append(event)
    assert len(seen) > 15
