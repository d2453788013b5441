"""A cooperative's device in front of a shop: it signs events itself and posts them."""

import pytest

from ledger.trace.identifiers import lot_uri, place_uri

BASE = "https://so.example.vn"


@pytest.fixture
def ledger(own_shop):
    return own_shop.market.world.ledger


@pytest.fixture
def chain_id(own_shop):
    return own_shop.market.lot.split("/")[3]


@pytest.fixture
def device(ledger, chain_id):
    return ledger.write(lambda unit: unit.signer(chain_id))


def event(chain_id, lot="T1", number=1, **members):
    """Coffee of another system, which needs nothing added and nothing hidden."""
    place = {"id": place_uri(BASE, chain_id, "KHO")}
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "action": "ADD",
        "bizStep": "commissioning",
        "eventTime": "2026-03-02T07:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "readPoint": place,
        "bizLocation": place,
        "quantityList": [{"epcClass": lot_uri(BASE, chain_id, "CAPHE", lot), "quantity": 1850, "uom": "KGM"}],
        **members,
    }


def post(own_shop, note, **headers):
    """The answer to a note."""
    return own_shop.client.post("/log/notes", data=note, content_type="text/plain", headers=headers)
