"""A log whose key changes while it is served: pages, bundles, key files and others' verifiers go on."""

import html
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.log.log_key_history import follow_log_keys
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.trace.bundles.bundle_verify import verify_bundle
from signing.keys import VerifierKey
from tests.support.shop import open_shop

VERIFIER = Path(__file__).parents[2] / "web/static/verify/sogoc_verify.py"


@pytest.fixture
def shop(sqlite_template, tmp_path):
    yield from open_shop(sqlite_template, tmp_path)


def keys_of(shop):
    text = shop.client.get("/log/vkey").get_data(as_text=True)
    return [VerifierKey.parse(line) for line in text.splitlines()]


def bundle_of(shop):
    shop.second()
    return shop.client.get(f"{shop.market.path}/bundle").get_data()


def verdict_of(shop):
    shop.second()
    return shop.client.get(shop.stamp("valid")).get_data(as_text=True)


def stand_alone(bundle, folder, *words):
    file = folder / "goi.json"
    file.write_bytes(bundle)
    command = [sys.executable, VERIFIER, file, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pages_and_bundles_hold_before_during_and_after_a_rotation(shop, tmp_path):
    ledger = shop.market.world.ledger
    (first,) = keys_of(shop)
    assert "Tem thật" in verdict_of(shop)
    before = bundle_of(shop)
    ledger.write(rotate_log_key)
    old, new = keys_of(shop)
    assert old == first
    assert "Tem thật" in verdict_of(shop)
    during = bundle_of(shop)
    ledger.write(revoke_log_key, first)
    assert keys_of(shop) == [new]
    assert "Tem thật" in verdict_of(shop)
    after = bundle_of(shop)
    for bundle, good in ((before, [first]), (during, [first, new]), (after, [new])):
        for key in (first, new):
            if key in good:
                assert verify_bundle(bundle, vkey=key).is_own_key
            said = stand_alone(bundle, tmp_path, "--vkey", key.format())
            assert (said.returncode == 0) is (key in good), said.stdout + said.stderr
        assert verify_bundle(bundle).log_key == good[0]
    assert new.format() in html.unescape(verdict_of(shop))


def test_the_history_of_the_keys_is_served(shop):
    ledger = shop.market.world.ledger
    (first,) = keys_of(shop)
    alone = shop.client.get("/log/keys")
    assert (alone.status_code, alone.content_type) == (200, "application/json")
    assert json.loads(alone.data)["entries"] == []
    ledger.write(rotate_log_key)
    ledger.write(revoke_log_key, first)
    served = shop.client.get("/log/keys")
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert list(follow_log_keys(served.data, [first]).current) == keys_of(shop)
