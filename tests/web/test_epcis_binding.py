"""The REST binding as another program meets it: statuses, headers, limits, GS1's own schemas."""

import json

import pytest
from jsonschema_rs import Draft7Validator, validator_for

from ledger.coop.exchange.access_tokens import Scope
from tests.support.exchange import Program, document, event, program, token_of, written_shop

__all__ = ["program", "written_shop"]

NAMES = {"sogoc": "urn:sogoc:ns:"}


@pytest.fixture(scope="module")
def gs1(shared_data):
    """GS1's schema of EPCIS documents."""
    text = (shared_data / "epcis/schema/EPCIS-JSON-Schema.json").read_text(encoding="utf-8")
    return validator_for(json.loads(text))


@pytest.fixture(scope="module")
def captured(program):
    """Events of this module, captured by the program."""
    sent = [event(bizStep="storing"), event(bizStep="storing", disposition="in_progress"), event()]
    job = program.post("/capture", document(*sent)).get_json()
    assert job["success"]
    return [told["eventID"] for told in job["events"]]


def test_a_document_is_answered_with_its_job(program):
    response = program.post("/capture", document(event(), event()))
    assert response.status_code == 202
    job = response.get_json()
    assert response.headers["Location"].endswith(f"/epcis/capture/{job['captureID']}")
    assert (job["running"], job["success"], job["captureErrorBehaviour"]) == (False, True, "rollback")
    again = program.get(f"/capture/{job['captureID']}")
    assert again.get_json()["events"][0]["index"] == job["events"][0]["index"]
    assert again.status_code == 200


def test_each_event_s_proof_can_be_fetched(program):
    told = program.post("/capture", document(event())).get_json()["events"][0]
    proof = program.shop.client.get(told["proof"].removeprefix("http://127.0.0.1:8000"))
    assert proof.status_code == 200
    assert f"index {told['index']}\n" in proof.get_data(as_text=True)


def test_one_event_is_created_then_known(program):
    body = event()
    first = program.post("/events", body)
    assert first.status_code == 201
    created = first.get_json()
    assert created["eventID"]
    assert created["sogoc:receipt"]["status"] == "captured"
    path = first.headers["Location"].removeprefix("http://127.0.0.1:8000/epcis")
    seen = program.get(path)
    assert seen.get_json()["epcList"] == body["epcList"]
    assert f"/log/proof/{created['sogoc:receipt']['index']}" in seen.headers["Link"]
    again = program.post("/events", body)
    assert again.status_code == 409
    assert again.get_json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert again.get_json()["index"] == created["sogoc:receipt"]["index"]


def test_a_minimal_answer_leaves_the_event_out(program):
    response = program.post("/events", event(), Prefer="respond-async, return=minimal")
    assert response.status_code == 201
    assert response.headers["Preference-Applied"] == "return=minimal"
    assert set(response.get_json()) == {"status", "eventID", "eventHash", "index", "leafHash", "proof"}


def test_a_malformed_event_is_refused_with_a_pointer(program):
    response = program.post("/events", event(bizStep="nonsense"))
    problem = response.get_json()
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert (problem["type"], problem["status"]) == ("epcisException:ValidationException", 400)
    assert [one["pointer"] for one in problem["errors"]] == ["/bizStep"]


def test_an_unknown_error_behaviour_is_refused(program):
    response = program.post("/capture", document(event()), GS1_Capture_Error_Behaviour="perhaps")
    assert response.status_code == 400


def test_proceed_captures_what_can_be(program):
    sent = document(event(), event(bizStep="nonsense"))
    job = program.post("/capture", sent, GS1_Capture_Error_Behaviour="proceed").get_json()
    assert [told["status"] for told in job["events"]] == ["captured", "refused"]
    assert job["errors"][0]["pointer"] == "/epcisBody/eventList/1/bizStep"


def test_options_tell_versions_and_limits(program):
    response = program.shop.client.options("/epcis/capture")
    assert response.status_code == 204
    assert response.headers["Allow"] == "OPTIONS, GET, POST"
    assert response.headers["GS1-EPCIS-Capture-Limit"] == "2000"
    assert response.headers["GS1-EPCIS-Capture-File-Size-Limit"] == str(8 * 1024 * 1024)
    assert response.headers["GS1-Capture-Error-Behaviour"] == "all"
    for name in ("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-EPCIS-Version"):
        assert response.headers[name] == "2.0.0"


@pytest.mark.parametrize(
    "path",
    ["/", "/events", "/events/x", "/epcs", "/epcs/x/events", "/bizSteps/packing", "/queries", "/capture/x"],
)
def test_every_resource_answers_options(program, path):
    response = program.shop.client.options(f"/epcis{path}")
    assert response.status_code == 204
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("GS1-EPCIS-Version", "2.0", 200),
        ("GS1-EPCIS-Version", "1.2", 406),
        ("GS1-EPCIS-Min", "2.1", 406),
        ("GS1-EPCIS-Max", "1.2", 406),
        ("GS1-EPCIS-Max", "2.0", 200),
        ("GS1-CBV-Min", "x", 406),
        ("GS1-EPC-Format", "Always_EPC_URN", 406),
        ("GS1-EPC-Format", "No_Preference", 200),
        ("Accept", "application/xml", 406),
        ("Accept", "application/ld+json", 200),
        ("Accept", "*/*", 200),
    ],
)
def test_versions_and_forms_that_are_not_spoken_are_refused(program, name, value, status):
    response = program.get("/eventTypes", **{name.replace("-", "_"): value})
    assert response.status_code == status
    assert response.headers["GS1-EPCIS-Version"] == "2.0.0"


@pytest.mark.parametrize("token", ["", "sogoc_wrong", "x" * 4000])
def test_without_a_token_nothing_is_told(written_shop, token):
    for path in ("/epcis/events", "/epcis/", "/epcis/queries", "/epcis/capture", "/epcis/no-such-page"):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = written_shop.client.get(path, headers=headers)
        assert response.status_code == 401
        assert response.get_json()["type"] == "epcisException:SecurityException"
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert written_shop.client.post("/epcis/events", json=event()).status_code == 401


def test_a_token_of_another_scope_is_told_so(written_shop):
    asks = Program(written_shop, token_of(written_shop.market.world, Scope.QUERY))
    response = asks.post("/events", event())
    assert response.status_code == 403
    assert response.get_json()["type"] == "epcisException:SecurityException"
    assert asks.get("/events").status_code == 200


def test_other_media_types_and_bodies_too_large_are_refused(program):
    send = program.shop.client.post
    headers = {"Authorization": f"Bearer {program.token}"}
    assert (
        send("/epcis/capture", data=b"<x/>", content_type="application/xml", headers=headers).status_code
        == 415
    )
    large = b'"' + b"x" * (9 * 1024 * 1024) + b'"'
    response = send("/epcis/capture", data=large, content_type="application/json", headers=headers)
    assert response.status_code == 413
    assert response.get_json()["type"] == "epcisException:CaptureLimitExceededException"
    broken = send("/epcis/capture", data=b'{"a":', content_type="application/json", headers=headers)
    assert broken.status_code == 400


def test_a_query_is_answered_as_gs1_s_schema_asks(program, captured, gs1):
    response = program.get("/events?EQ_bizStep=storing&perPage=1")
    assert not list(gs1.iter_errors(response.get_json()))
    assert response.headers["Link"].endswith('; rel="next"')


def test_our_own_diary_is_answered_as_gs1_s_schema_asks(program, gs1):
    response = program.get("/events?perPage=500")
    events = response.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert len(events) > 15
    assert [error.message for error in gs1.iter_errors(response.get_json())] == []


def test_pages_hold_every_event_once(program, captured):
    for parameters in ({}, {"orderBy": "eventTime"}, {"orderBy": "recordTime", "orderDirection": "ASC"}):
        whole = program.events(perPage="500", **parameters)
        paged = program.events(perPage="4", **parameters)
        assert [one["eventID"] for one in paged] == [one["eventID"] for one in whole]
        assert len({one["eventID"] for one in paged}) == len(paged)
    times = [one["eventTime"] for one in program.events(orderBy="eventTime", EQ_bizStep="storing")]
    assert times == sorted(times, reverse=True)


def test_events_captured_meanwhile_are_not_on_later_pages(program):
    first = program.get("/events?perPage=5")
    told = program.post("/events", event()).get_json()["eventID"]
    address = first.headers["Link"].split(">")[0].removeprefix("<http://127.0.0.1:8000/epcis")
    rest = program.events(address)
    assert told not in {one["eventID"] for one in rest}
    assert told in {one["eventID"] for one in program.events()}


def test_an_extension_puts_events_in_order(program):
    names = {"ex": "https://ns.example.com/epcis/"}
    sent = [event(bizStep="sampling", **{"ex:grade": grade}) for grade in (7, 12, 9)] + [
        event(bizStep="sampling")
    ]
    assert program.post("/capture", document(*sent, **names)).get_json()["success"]
    ordered = program.events(EQ_bizStep="sampling", orderBy="ex:grade", orderDirection="ASC", perPage="2")
    assert [one.get("ex:grade") for one in ordered] == [7, 9, 12, None]


def test_limits_of_a_query(program, captured):
    assert len(program.events(EQ_bizStep="storing", eventCountLimit="1")) == 1
    assert len(program.events(EQ_bizStep="storing", maxEventCount="9")) >= 2
    response = program.get("/events?EQ_bizStep=storing&maxEventCount=1")
    assert response.status_code == 413
    assert response.get_json()["type"] == "epcisException:QueryTooLargeException"


@pytest.mark.parametrize(
    "query",
    [
        "EQ_foo=1",
        "perPage=0",
        "perPage=x",
        "nextPageToken=abc",
        "EQ_action=ADD&EQ_action=DELETE",
        "orderBy=x",
    ],
)
def test_a_wrong_parameter_is_named(program, query):
    response = program.get(f"/events?{query}")
    assert response.status_code == 400
    assert response.get_json()["type"] == "epcisException:QueryParameterException"


def test_a_page_token_is_good_for_its_list_only(program):
    first = program.get("/events?perPage=1")
    token = first.headers["Link"].split("nextPageToken=")[1].split(">")[0]
    assert program.get(f"/events?perPage=9&nextPageToken={token}").status_code == 200
    assert program.get(f"/events?EQ_action=ADD&nextPageToken={token}").status_code == 400
    assert program.get(f"/epcs?nextPageToken={token}").status_code == 400
    other = Program(program.shop, token_of(program.shop.market.world))
    assert other.get(f"/events?perPage=9&nextPageToken={token}").status_code == 400


def test_resources_lead_to_their_events(program, captured):
    market = program.shop.market
    assert "events" in program.get("/").get_json()["member"]
    assert program.get("/bizSteps").get_json()["member"][0] == "accepting"
    assert "sogoc:harvesting" in program.get("/bizSteps").get_json()["member"]
    assert program.get("/eventTypes/ObjectEvent").get_json()["member"] == ["events"]
    assert program.get("/bizSteps/storing").get_json()["member"] == ["events"]
    assert program.get("/bizSteps/no_such_step").status_code == 404
    assert len(program.events("/bizSteps/storing/events")) >= 2
    assert len(program.events("/eventTypes/TransformationEvent/events")) >= 5
    about = program.events(f"/epcs/{market.lot}/events")
    assert about
    assert all(market.lot in json.dumps(one) for one in about)
    assert program.get(f"/epcs/{market.lot}").status_code == 200
    assert program.get("/epcs/urn:epc:id:sgtin:4012345.011111.none").status_code == 404
    places = program.get("/readPoints").get_json()["member"]
    assert market.world.place.uri in places
    assert program.events(f"/bizLocations/{market.world.place.uri}/events")


def test_things_come_page_by_page(program):
    found, path = [], "/epcs?perPage=2"
    while path:
        response = program.get(path)
        found += response.get_json()["member"]
        link = response.headers.get("Link")
        path = link and link.split(">")[0].removeprefix("<http://127.0.0.1:8000/epcis")
    assert len(found) == len(set(found))
    assert program.shop.market.lot in found


def test_named_queries_and_their_events(program, captured):
    definition = {"name": "kho", "query": {"EQ_bizStep": ["storing"], "eventType": ["ObjectEvent"]}}
    created = program.post("/queries", definition)
    assert created.status_code == 201
    assert created.headers["Location"].endswith("/epcis/queries/kho")
    assert program.post("/queries", definition).status_code == 409
    assert program.get("/queries/kho").get_json() == definition
    assert definition in program.get("/queries").get_json()
    response = program.get("/queries/kho/events?perPage=1")
    assert response.get_json()["epcisBody"]["queryResults"]["queryName"] == "kho"
    assert len(program.events("/queries/kho/events")) >= 2
    assert program.delete("/queries/kho").status_code == 204
    assert program.get("/queries/kho").status_code == 404


@pytest.mark.parametrize(
    "definition",
    [
        "x",
        [],
        {},
        {"name": "../x", "query": {}},
        {"name": "x", "query": []},
        {"name": "x", "query": {"EQ_foo": "1"}},
        {"name": "x", "query": {"EQ_bizStep": {}}},
        {"name": "x", "query": {}, "more": 1},
    ],
)
def test_a_malformed_definition_is_refused(program, definition):
    assert program.post("/queries", definition).status_code == 400


def test_a_subscription_is_made_shown_and_ended(program):
    program.post("/queries", {"name": "hen", "query": {"EQ_action": ["ADD"]}})
    controls = {"dest": "https://client.example.com/hook", "signatureToken": "x" * 32, "stream": True}
    created = program.post("/queries/hen/subscriptions", controls)
    assert created.status_code == 201
    shown = created.get_json()
    assert "x" * 32 not in created.get_data(as_text=True)
    path = f"/queries/hen/subscriptions/{shown['subscriptionID']}"
    assert created.headers["Location"].endswith(path)
    assert program.get(path).get_json() == shown
    assert program.get("/queries/hen/subscriptions").get_json() == [shown]
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404
    assert program.post("/queries/none/subscriptions", controls).status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"dest": "http://client.example.com/"}, "/dest"),
        ({"dest": "https://127.0.0.1/"}, "/dest"),
        ({"dest": None}, "/dest"),
        ({"stream": False}, "/stream"),
        ({"schedule": {"hour": "1"}}, "/stream"),
        ({"stream": False, "schedule": {"hour": "25"}}, "/schedule/hour"),
        ({"stream": False, "schedule": {"day": "2"}}, "/schedule"),
        ({"signatureToken": "short"}, "/signatureToken"),
        ({"initialRecordTime": "today"}, "/initialRecordTime"),
        ({"reportIfEmpty": "yes"}, "/reportIfEmpty"),
        ({"other": 1}, ""),
    ],
)
def test_wrong_controls_are_refused_with_a_pointer(program, changes, pointer):
    program.post("/queries", {"name": "sai", "query": {}})
    controls = {"dest": "https://client.example.com/hook", "stream": True, **changes}
    response = program.post("/queries/sai/subscriptions", controls)
    assert response.status_code == 400
    assert response.get_json()["type"] == "epcisException:SubscriptionControlsException"
    assert response.get_json()["errors"][0]["pointer"] == pointer


def test_answers_are_for_one_holder_and_no_cache(program):
    assert program.get("/events").headers["Cache-Control"] == "no-store"
    assert program.get("/no-such-page").headers["Cache-Control"] == "no-store"


def test_problems_have_the_shape_of_gs1_s_binding(program, shared_data):
    openapi = json.loads((shared_data / "epcis/schema/epcis-openapi.json").read_text(encoding="utf-8"))
    shape = Draft7Validator(openapi["components"]["schemas"]["RFC7807ProblemResponseBody"])
    for path in ("/events?EQ_foo=1", "/no-such-page", "/events/urn:x:1"):
        assert shape.is_valid(program.get(path).get_json())
