"""The script that anyone can keep: the eleven steps of everywhere, in one file that needs nothing of ours."""

import ast
import copy
import hashlib
import importlib.util
import json
import math
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.database import open_database
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.bundles.integrity import STEPS
from ledger.trace.bundles.seals import printed_seal
from ledger.trace.errors import BundleError
from signing.keys import PrivateKey, VerifierKey
from signing.short_digests import short_digest
from tests.support.forged_bundles import FORGERIES, drop, forge
from tests.support.long_story import tell_long_story
from tests.support.stamp_texts import stamp_texts
from web.public.steps import STEPS as SHOWN_STEPS

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verify" / "sogoc_verify.py"


@pytest.fixture(scope="session")
def script():
    spec = importlib.util.spec_from_file_location("sogoc_verify", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bundle(shop):
    return shop.app.test_client().get(f"{shop.market.path}/bundle").json


@pytest.fixture(scope="session")
def vkey(shop):
    return shop.market.world.ledger.vkey.format()


def run(*arguments):
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def check(script, text, vkey=None):
    return script.check(text.encode("utf-8", "surrogatepass"), vkey)


def test_a_true_bundle_passes_every_step(script, bundle, vkey):
    told = check(script, json.dumps(bundle), vkey)
    assert told["ok"]
    assert told["passed"] == [name for name, _ in STEPS]
    assert told["lot"] == bundle["lot"]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_bundle_fails_at_its_step(script, bundle, vkey, name):
    told = check(script, forge(bundle, name), vkey)
    assert (told["ok"], told.get("step")) == (False, FORGERIES[name][0]), told
    assert told["name"] == STEPS[told["step"] - 1][0]
    assert told["why"]


# What the reader's own key makes needless, and what strict JSON reading mends before it is looked at.
NOT_ASKED_BY_OURS = {"a_key_that_is_none", "an_entry_with_text_taken_apart"}


@pytest.mark.parametrize("name", sorted(FORGERIES.keys() - NOT_ASKED_BY_OURS))
def test_our_own_verifier_refuses_the_same(bundle, vkey, name):
    # It takes each entry through all steps before the next, so another step may be the first to fail.
    with pytest.raises(BundleError):
        verify_bundle(forge(bundle, name).encode("utf-8", "surrogatepass"), vkey=VerifierKey.parse(vkey))


def test_the_key_of_another_log_fails_at_the_checkpoint(script, bundle):
    for name in ("so.example.vn/goc", "else.example/log"):
        other = VerifierKey(name, PrivateKey.from_seed(bytes(32)).public_key).format()
        assert check(script, json.dumps(bundle), other)["step"] == 6


def test_every_lot_of_the_market_verifies(script, shop, vkey):
    market, client = shop.market, shop.app.test_client()
    for lot in (market.season, *market.raw_lots, market.lot, market.expired_lot, market.recalled_lot):
        path = lot.removeprefix(market.world.ledger.id_base)
        assert check(script, client.get(f"{path}/bundle").text, vkey)["ok"], lot


@pytest.fixture(scope="session")
def long_story(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "sogoc.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    yield tell_long_story(database)
    database.close()


def test_corrections_keys_that_come_and_go_other_hands_and_recalls_verify(script, long_story):
    vkey, bundles = long_story
    for what, bundle in bundles.items():
        assert verify_bundle(bundle, vkey=VerifierKey.parse(vkey)).lot == bundle["lot"]
        assert check(script, json.dumps(bundle), vkey)["ok"], (what, check(script, json.dumps(bundle), vkey))


def test_the_worked_example_of_the_specification_verifies(script, spec_examples):
    page = spec_examples("bundle")
    assert check(script, page["bundle"], page["vkey"].strip())["ok"]


def test_what_a_left_out_key_signed_fails_at_the_signatures(script, long_story):
    vkey, bundles = long_story
    bundle = copy.deepcopy(bundles["sealed under a later key, received by another"])
    added = [item for item in bundle["entries"] if '"type":"KeyAdded"' in item["entry"]]
    assert len(added) == 3
    drop(bundle, added[1])
    assert check(script, json.dumps(bundle), vkey)["step"] == 2


def step_of_ours(data, vkey, stamp):
    try:
        verify_bundle(data, vkey=VerifierKey.parse(vkey), stamp=stamp)
    except BundleError as error:
        return error.step
    return 0


def test_a_stamp_is_held_against_the_seal_by_both_alike(script, bundle, vkey, shop):
    short = shop.market.world.read(printed_seal, shop.market.lot)
    other = shop.market.world.read(printed_seal, shop.market.recalled_lot)
    data = json.dumps(bundle).encode()
    for name, (text, step) in stamp_texts(shop.market.codes["valid"], short, other).items():
        told = script.check(data, vkey, (), text)
        assert told.get("step", 0) == step, (name, told)
        assert step_of_ours(data, vkey, text) == step, name


def test_a_stamp_printed_before_a_correction_still_names_its_seal(script, long_story):
    vkey, bundles = long_story
    bundle = bundles["corrected and sealed again"]
    seals = [item["entry"] for item in bundle["entries"] if '"type":"LotSealed"' in item["entry"]]
    assert len(seals) == 2
    shorts = [short_digest(hashlib.sha256(b"\0" + seal.encode()).digest()) for seal in seals]
    data, key = json.dumps(bundle).encode(), VerifierKey.parse(vkey)
    for short, is_latest in zip(shorts, (False, True), strict=True):
        text = f"{short}{'0' * 13}"
        assert script.check(data, vkey, (), text)["stamp"] == short
        report = verify_bundle(data, vkey=key, stamp=text)
        assert (report.named_seal == report.sealed_index) is is_latest
        assert any("lần ký trước" in warning for warning in report.warnings) is not is_latest


def test_the_steps_have_the_same_names_everywhere(script):
    assert script.STEPS == [name for name, _ in STEPS] == [step.name for step in SHOWN_STEPS]


# -- the program ---------------------------------------------------------------------------------------------


def test_exit_code_0_and_a_line_a_step(tmp_path, bundle, vkey):
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle))
    done = run(file, "--vkey", vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("ok\n") == 11
    assert "own" not in done.stdout
    assert "compare it" in run(file).stdout


def test_a_lot_that_is_not_sealed_is_not_said_to_be_complete(tmp_path, long_story):
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(long_story[1]["not sealed"]))
    assert "NOT SEALED: records may be missing" in run(file).stdout
    assert json.loads(run(file, "--json").stdout)["sealed"] is False


def test_exit_code_1_names_the_step(tmp_path, bundle):
    file = tmp_path / "bundle.json"
    file.write_text(forge(bundle, "a_step_left_out"))
    done = run(file)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith(" 9 history               FAILED: ")


@pytest.mark.parametrize(
    "arguments", [[], ["/nowhere/at/all.json"], [str(SCRIPT), "--vkey", "nonsense"], ["-x"]]
)
def test_exit_code_2_for_wrong_use(arguments):
    assert run(*arguments).returncode == 2


def test_programs_are_told_in_json(tmp_path, bundle):
    file = tmp_path / "bundle.json"
    file.write_text(forge(bundle, "no_credential"))
    done = run(file, "--json")
    assert json.loads(done.stdout)["name"] == "credential"
    assert done.returncode == 1


def test_a_file_of_nonsense_is_refused_not_crashed(script):
    for data in (b"", b"\xff", b"[]", b"null", b"[" * 100_000, b'{"type":1}', b"{}", b'{"a":1,"a":1}'):
        assert script.check(data, None)["step"] == 1


@given(st.data())
def test_a_spoilt_file_never_passes_and_never_crashes(script, bundle, vkey, data):
    text = bytearray(json.dumps(bundle).encode())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] ^= data.draw(st.integers(1, 255))
    # White space and the spelling of an escape may change without changing what the file says.
    assert not script.check(bytes(text), vkey)["ok"] or json.loads(bytes(text)) == bundle


def test_it_shares_no_code_with_the_server():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    froms = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {
        alias.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names
    }
    assert (froms | names) - set(sys.stdlib_module_names) == {"cryptography"}


# -- canonical JSON ------------------------------------------------------------------------------------------


def numbers():
    source = random.Random(8785)
    yield from (0.5, 320.5, 1e20, 123456789012345680000.0, 1e-6, 0.000123, -0.25, 1.5e15, 9007199254740993.0)
    for _ in range(2000):
        (value,) = struct.unpack("<d", source.randbytes(8))
        if math.isfinite(value) and 1e-6 <= abs(value) < 1e21:
            yield value
        yield source.uniform(-1e6, 1e6)


def test_numbers_are_written_as_rfc_8785_asks(script):
    for value in numbers():
        assert script.canonical(value) == rfc8785.dumps(value).decode(), value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
        max_leaves=12,
    )
)
def test_everything_else_too(script, value):
    assert script.canonical(value) == rfc8785.dumps(value).decode()
