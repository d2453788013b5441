"""Programs that exchange events with a shop: each with a token, and a shop of their own to write into."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger.coop.actors import Actor
from ledger.coop.exchange.access_tokens import Holder, MakeToken, Scope, find_holder, make_token, token_text
from ledger.coop.registers.partners import AddPartner, add_partner
from tests.support.shop import Shop, open_shop
from tests.support.world import World

ALL = frozenset(Scope)
CODES = iter(range(10**6))


def token_of(world: World, *scopes: Scope, partner: str | None = None, who: Actor | None = None) -> str:
    """A new token of the cooperative, or of ``who``'s organisation."""
    command = MakeToken(label="máy kế toán", scopes=frozenset(scopes) or ALL, partner=partner)
    made = world.run(make_token, command, who or world.actors["manager"])
    return token_text(world.ledger.vault, made.id)


def holder_of(world: World, *scopes: Scope, partner: str | None = None, who: Actor | None = None) -> Holder:
    """Who holds a new token."""
    return world.read(find_holder, token_of(world, *scopes, partner=partner, who=who), world.clock())


def other_partner(world: World) -> str:
    """A partner to whom nothing was shipped."""
    return world.run(add_partner, AddPartner(name="Chợ Đầu Mối", kind="shop")).id


@dataclass
class Program:
    """A program that speaks to a shop with its token."""

    shop: Shop
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str):
        return self.shop.client.get(f"/epcis{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, **headers: str):
        return self.shop.client.post(f"/epcis{path}", json=body, headers=self._headers(headers))

    def delete(self, path: str):
        return self.shop.client.delete(f"/epcis{path}", headers=self._headers({}))

    def events(self, path: str = "/events", **parameters: str) -> list[dict[str, Any]]:
        """All events of a list, page by page."""
        found, query = [], parameters
        while True:
            headers = self._headers({})
            response = self.shop.client.get(f"/epcis{path}", query_string=query or None, headers=headers)
            assert response.status_code == 200, response.get_data(as_text=True)
            found += response.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            if "Link" not in response.headers:
                return found
            address = response.headers["Link"].split(">")[0].removeprefix("<http://127.0.0.1:8000/epcis")
            path, query = address, {}

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **self.headers, **named}


def event(**members: Any) -> dict[str, Any]:
    """An event of another system, of a thing that nobody else names."""
    number = next(CODES)
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-11-12T07:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "epcList": [f"urn:epc:id:sgtin:4012345.011111.{number}"],
        **members,
    }


def document(*events: dict[str, Any], **context: str) -> dict[str, Any]:
    """An ``EPCISDocument``; ``context``: prefixes it declares."""
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", context or {}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-12T07:30:00.000Z",
        "epcisBody": {"eventList": list(events)},
    }


@pytest.fixture(scope="module")
def written_shop(sqlite_template, tmp_path_factory):
    """A shop for the tests of one module, which write into it and ask only about what is their own."""
    yield from open_shop(sqlite_template, tmp_path_factory.mktemp("exchange"))


@pytest.fixture(scope="module")
def program(written_shop):
    """The cooperative's own program, which may do everything."""
    return Program(written_shop, token_of(written_shop.market.world))
