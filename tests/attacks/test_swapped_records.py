"""A record is exchanged behind paper that is out there already; and what is tried with what paper says."""

import base64
import hashlib
import importlib.util
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.capture import capture_statement
from ledger.trace.errors import BundleError
from ledger.trace.events.statements import StampsActivated

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verify" / "sogoc_verify.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("sogoc_verify_attacked", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verdict_of(shop, path):
    return re.search('data-verdict="([a-z_]+)"', shop.client.get(path).text)[1]


def test_record_swapped_behind_a_printed_stamp(own_shop, script):
    """With the cooperative's key and the database, stamps of one lot are bound to another's record."""
    market, world = own_shop.market, own_shop.market.world
    order = Reserve(count=2, lot=market.lot, names_seal=True)
    job = world.run(reserve_stamps, order, Role.PACKER)
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    statement = StampsActivated(lot=market.expired_lot, first=job.first, last=job.last)
    world.ledger.write(capture_statement, world.coop.code, statement)
    own_shop.second()
    code = world.read(open_stamp_codec, world.ledger.vault).format(job.first)
    printed = f"/S/{job.seal_short}{code}"
    assert verdict_of(own_shop, printed) == "tampered"
    # The proof of the other record holds in itself, and is not what the paper names.
    proof = own_shop.client.get(f"{printed}/bundle").data
    assert verify_bundle(proof, vkey=world.ledger.vkey).lot == market.expired_lot
    with pytest.raises(BundleError) as refused:
        verify_bundle(proof, vkey=world.ledger.vkey, stamp=printed)
    assert (refused.value.step, refused.value.name) == (11, "stamp")
    told = script.check(proof, world.ledger.vkey.format(), (), printed)
    assert (told["step"], told["name"]) == (11, "stamp")


def test_recall_hidden_by_wrong_characters(shop):
    code = shop.market.codes["recalled"]
    assert verdict_of(shop, f"/s/000000{code}") == "recalled"
    assert "không ăn, mang trả nơi đã mua" in shop.client.get(f"/s/000000{code}").text


def test_kept_pages_multiplied_by_made_up_characters(shop):
    state = shop.app.extensions["sogoc"]
    state.wrong_codes._buckets.clear()
    for number in range(20):
        shop.client.get(f"/S/0000{number:02}{shop.market.codes['valid']}")
    groups = [key.group for key in state.pages._slots if not isinstance(key.group, str)]
    assert sum(group.is_swapped and group.lot == shop.market.lot for group in groups) == 1
    state.wrong_codes._buckets.clear()


def test_characters_of_a_seal_tried_through(shop):
    state, client = shop.app.extensions["sogoc"], shop.client
    state.wrong_codes._buckets.clear()
    codes = [client.get(f"/s/{number:06}{shop.market.codes['valid']}").status_code for number in range(70)]
    assert codes[0] == 200
    assert codes[-1] == 429
    # A genuine stamp is answered all the same.
    assert client.get(shop.stamp("valid")).status_code == 200
    state.wrong_codes._buckets.clear()


@given(st.text(max_size=40) | st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZoil-/ ?#.", max_size=24))
def test_any_text_as_a_stamp(shop, script, bundle_bytes, text):
    """Refused by both in the same way, and never more than refused."""
    told, refused = script.check(bundle_bytes, None, (), text), None
    try:
        verify_bundle(bundle_bytes, stamp=text or None)
    except BundleError as error:
        refused = error.step
    assert told.get("step") == refused
    assert refused in (None, 11)


@pytest.fixture(scope="module")
def bundle_bytes(shop):
    return shop.client.get(f"{shop.market.path}/bundle").data


def test_script_slipped_into_the_verifier_file(shop):
    """Its policy runs the one script and the one style that it names by their digests."""
    page = shop.client.get("/kiem-tra.html").text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1].replace(
        "&#39;", "'"
    )
    # The policy stands before anything that it is about.
    assert page.index("Content-Security-Policy") < page.index("<style") < page.index("<script")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind, found in (
        ("script-src", re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)[1]),
        ("style-src", re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]),
    ):
        digest = base64.b64encode(hashlib.sha256(found.encode()).digest()).decode()
        assert re.search(f"{kind} '(.*?)'", policy)[1] == f"sha256-{digest}"
    assert not re.search(r"\son\w+=|\sstyle=", page.partition("<script")[0])
    data = re.findall(r'<script type="application/json" id="trust">(.*?)</script>', page)
    assert [list(one) for one in json.loads(data[0])] == [["vkey", "witnesses"]]
