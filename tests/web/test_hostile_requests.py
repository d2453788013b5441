"""Whatever is sent to the addresses of ``/openapi.json``: it is answered or refused, never with a 500."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.exchange import Program, document, event, program, written_shop
from web.openapi import OPERATIONS, describe

__all__ = ["program", "written_shop"]

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 6
"""For each operation: some sixty of them, in a suite that runs at every commit."""
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True, "database": None}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("path", "method"), [(one.path, one.method) for one in OPERATIONS], ids=str)
def test_no_request_is_answered_with_500(program, path, method):
    app = program.shop.app
    schema = schemathesis.openapi.from_dict(describe("http://127.0.0.1:8000"))
    operation = schema[path][method]

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], **SLOW)
    @given(case=operation.as_strategy())
    def ask(case):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {program.token}"}
        with suppress(UnicodeEncodeError):  # a header that no HTTP client could send
            response = case.call(app=app, base_url="http://127.0.0.1:8000")
            assert response.status_code < 500, f"{case.formatted_path}: {response.text[:300]}"

    ask()


def names_of(body, path=()):
    yield path
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in items:
        yield from names_of(value, (*path, name))


FULL = event(
    quantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 12.5, "uom": "KGM"}],
    readPoint={"id": "urn:epc:id:sgln:4012345.00005.0"},
    destinationList=[{"type": "owning_party", "destination": "https://x.example/b"}],
    persistentDisposition={"set": ["completeness_verified"]},
    errorDeclaration={"declarationTime": "2026-11-13T00:00:00Z", "reason": "incorrect_data"},
    ilmd={"ex:best": "2027-01-01"},
    sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}]}],
    eventID="urn:uuid:00000000-0000-4000-8000-0000000000aa",
)
PLACES = [path for path in names_of(document(FULL, ex="https://ns.example.com/")) if path]


@settings(max_examples=250, **SLOW)
@given(place=st.sampled_from(PLACES), value=JSON_VALUES)
def test_a_document_changed_anywhere_is_captured_or_refused(program, place, value):
    body = json.loads(json.dumps(document(FULL, ex="https://ns.example.com/")))
    holder = body
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    for behaviour in ("rollback", "proceed"):
        response = program.post("/capture", body, GS1_Capture_Error_Behaviour=behaviour)
        assert response.status_code in {202, 400, 413}, response.get_data(as_text=True)[:500]
        for problem in response.get_json().get("errors", ()):
            assert problem["pointer"] == "" or problem["pointer"].startswith("/")


@settings(max_examples=150, **SLOW)
@given(
    body=JSON_VALUES, path=st.sampled_from(["/capture", "/events", "/queries", "/queries/x/subscriptions"])
)
def test_any_json_is_refused(program, body, path):
    response = program.shop.client.post(
        f"/epcis{path}",
        data=json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert response.status_code in {400, 404}


@settings(max_examples=150, **SLOW)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused(program, data):
    response = program.shop.client.post(
        "/epcis/capture",
        data=data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert response.status_code == 400


def test_the_shop_is_whole_after_all_of_it(program):
    """The universal checker, behind everything that was captured in this module."""
    assert isinstance(program, Program)
    program.shop.market.world.check()
