"""What ``/openapi.json`` describes is what there is, no more and no less."""

import re

import pytest
from jsonschema_rs import Draft202012Validator

from web.openapi import OPERATIONS, describe

# Pages for people, and what they load; everything else programs may rely on.
FOR_PEOPLE = (
    "console", "scripts", "static", "stylesheet", "lookup", "scratch", "reports", "cards", "cartons",
    "photos", "verifier_file",
)  # fmt: skip
NOT_DESCRIBED = {"epcis.nothing_here", "passports.stamp", "passports.lot"}


def routes(app):
    """(path, method) of every route that is for programs; OPTIONS where a view of its own answers it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in FOR_PEOPLE or rule.endpoint in NOT_DESCRIBED:
            continue
        path = re.sub(r"<(?:[^<>:]+(?:\([^)]*\))?:)?([a-z_]+)>", r"{\1}", rule.rule)
        for method in rule.methods - {"HEAD"}:
            if method != "OPTIONS" or not rule.provide_automatic_options:
                yield path, method.lower()


def test_every_route_for_programs_is_described_and_every_description_has_a_route(shop):
    """A new page for people belongs in FOR_PEOPLE above, any other route in web/openapi."""
    described = [(operation.path, operation.method) for operation in OPERATIONS]
    assert len(described) == len(set(described))
    # Redirecting routes of the resolver answer OPTIONS by themselves; it is no operation.
    here = {route for route in routes(shop.app) if route[1] != "options" or route[0].startswith("/epcis")}
    assert here == set(described)


def test_the_document_is_served_to_pages_of_any_site(client):
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.get_json() == describe("http://127.0.0.1:8000")


def test_every_reference_leads_to_a_schema():
    document = describe("https://x.example")
    references = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert set(references) <= document["components"]["schemas"].keys()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator({**schema, "components": document["components"]})


def test_what_needs_a_token_says_so():
    for operation in OPERATIONS:
        wants = operation.path.startswith(("/epcis", "/exchange")) and operation.method != "options"
        assert wants is not operation.is_public


def test_every_operation_has_one_name_of_its_own():
    paths = describe("https://x.example")["paths"].values()
    names = [operation["operationId"] for methods in paths for operation in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "parameter", ["EQ_bizStep", "MATCH_anyEPCClass", "GE_eventTime", "perPage", "orderBy"]
)
def test_the_parameters_of_queries_are_described(parameter):
    events = describe("https://x.example")["paths"]["/epcis/events"]["get"]
    assert parameter in {one["name"] for one in events["parameters"]}
