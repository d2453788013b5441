"""What the world sees of witnesses: passport, log pages, metrics, proof files, commands, the kept script."""

import importlib.util
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.policies import parse_policy
from ledger.log.proofs import parse_proof
from ledger.log.publication import newest_publication
from ledger.log.witnesses import WitnessKey, find_cosignatures
from signing.keys import PrivateKey
from signing.notes import check_note
from signing.timestamps import check_timestamp, load_authorities
from tests.support.forged_bundles import flipped
from tests.support.market import _recall
from tests.support.time_authority import make_authority
from tests.support.witnessed_shop import NAMES, open_witnessed_shop
from web.cli import main
from web.formats import format_moment

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verify" / "sogoc_verify.py"


@pytest.fixture(scope="module")
def witnessed(sqlite_template, tmp_path_factory):
    yield from open_witnessed_shop(sqlite_template, tmp_path_factory.mktemp("witnessed"))


@pytest.fixture
def own_witnessed(sqlite_template, tmp_path):
    yield from open_witnessed_shop(sqlite_template, tmp_path)


def as_json(witnessed, path):
    return witnessed.client.get(path, headers={"Accept": "application/json"}).json


def bundle_file(witnessed, folder):
    path = folder / "bundle.json"
    path.write_bytes(witnessed.client.get(f"{witnessed.shop.market.path}/bundle").data)
    return path


# -- passport ------------------------------------------------------------------------------------------------


def test_the_passport_names_who_witnessed_and_when(witnessed):
    page = witnessed.client.get(witnessed.shop.stamp("valid")).text
    assert "2 trên 2 bên làm chứng đã xác nhận" in page
    (first, second) = as_json(witnessed, witnessed.shop.stamp("valid"))["witnesses"]["cosigned"]
    published = witnessed.shop.market.world.read(newest_publication)
    found = find_cosignatures(parse_checkpoint_note(published.note)[1], witnessed.keys)
    for who, name, at in zip((first, second), NAMES, found.values(), strict=True):
        assert who["title"] == name.replace("_", " ")
        assert f"{who['title']} ({format_moment(at)})" in page
    assert "Độ mới: sổ được xác nhận lúc" in page


def test_a_log_without_witnesses_says_so_kindly(shop):
    page = shop.client.get(shop.stamp("valid")).text
    assert "sổ này chưa mời bên nào" in page
    told = shop.client.get(shop.stamp("valid"), headers={"Accept": "application/json"}).json["witnesses"]
    assert told == {"invited": 0, "wanted": 0, "cosigned": [], "timestamps": []}


def test_what_came_after_the_last_cosignature_says_that_it_waits(own_witnessed):
    market = own_witnessed.shop.market
    own_witnessed.down.update((1, 2))
    _recall(market.world, market.expired_lot)
    own_witnessed.publish()
    path = own_witnessed.shop.stamp("expired")
    assert "đang chờ xác nhận bản ghi mới" in own_witnessed.client.get(path).text
    assert as_json(own_witnessed, path)["witnesses"]["cosigned"] == []
    own_witnessed.down.clear()
    own_witnessed.publish()
    assert len(as_json(own_witnessed, path)["witnesses"]["cosigned"]) == 2


def test_one_witness_of_two_is_told_as_one_of_two(own_witnessed):
    market = own_witnessed.shop.market
    own_witnessed.down.add(2)
    _recall(market.world, market.expired_lot)
    own_witnessed.publish()
    assert "1 trên 2 bên làm chứng" in own_witnessed.client.get(own_witnessed.shop.stamp("expired")).text


def test_a_false_cosignature_in_the_database_vouches_for_nothing(own_witnessed):
    from sqlalchemy import update

    from ledger.log.tables import LogPublication
    from tests.support.tampering import tamper

    published = own_witnessed.shop.market.world.read(newest_publication)
    head, mark, line = published.note.decode().partition("— w1.example ")
    blob, end, rest = line.partition("\n")
    forged = f"{head}{mark}{flipped(blob[:8])}{blob[8:20]}AAAA{blob[24:]}{end}{rest}"
    forged = f"{head}{mark}{blob[:20]}AAAA{blob[24:]}{end}{rest}"
    tamper(own_witnessed.shop.database, update(LogPublication).values(note=forged.encode()))
    own_witnessed.shop.second()
    path = own_witnessed.shop.stamp("valid")
    assert [who["name"] for who in as_json(own_witnessed, path)["witnesses"]["cosigned"]] == ["w2.example"]
    assert "1 trên 2" in own_witnessed.client.get(path).text


# -- the log for machines ------------------------------------------------------------------------------------


def test_the_published_checkpoint_is_served_until_the_next(own_witnessed):
    market, client = own_witnessed.shop.market, own_witnessed.client
    published = market.world.read(newest_publication)
    _recall(market.world, market.expired_lot)
    assert client.get("/log/checkpoint").data == published.note
    size = market.world.size()
    assert parse_proof(client.get("/log/proof/0").data).checkpoint == published.note
    newest = parse_proof(client.get(f"/log/proof/{size - 1}").data)
    assert newest.checkpoint == market.world.ledger.checkpoint()
    own_witnessed.publish()
    assert parse_checkpoint_note(client.get("/log/checkpoint").data)[0].size == size


def test_a_log_that_publishes_nothing_serves_its_head(shop):
    assert shop.client.get("/log/checkpoint").data == shop.market.world.ledger.checkpoint()


def test_auditors_read_history_policy_and_notes(own_witnessed):
    market, client = own_witnessed.shop.market, own_witnessed.client
    first = market.world.read(newest_publication)
    _recall(market.world, market.expired_lot)
    own_witnessed.publish()
    history = client.get("/log/published").json
    assert [item["size"] for item in history] == [market.world.size(), first.size]
    assert history[1]["root"] == first.root.hex()
    assert [item["size"] for item in client.get(f"/log/published?below={history[0]['size']}").json] == [
        first.size
    ]
    assert client.get(f"/log/published/{first.size}").data == first.note
    policy = parse_policy(client.get("/log/policy").text)
    assert (policy.wanted, policy.keys, policy.logs) == (
        2,
        witnessed_keys(own_witnessed),
        (market.world.ledger.vkey,),
    )
    for path in ("published", f"published/{first.size}", "policy"):
        assert client.get(f"/log/{path}").headers["Access-Control-Allow-Origin"] == "*"


def witnessed_keys(witnessed):
    return witnessed.keys


@pytest.mark.parametrize(
    "path",
    [
        "published/999999",
        "published/01",
        "published/-1",
        "published/x",
        "published?below=x",
        "published/1/timestamp/TSA",
        "vkey/ml-dsa-44",
    ],
)
def test_what_was_not_published_answers_404(witnessed, path):
    answer = witnessed.client.get(f"/log/{path}")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_second_signature_and_timestamp_can_be_fetched_and_checked(own_witnessed, tmp_path):
    from ledger.witness.stamping import Authority

    pytest.importorskip("rfc3161_client")
    market, client = own_witnessed.shop.market, own_witnessed.client
    authority = make_authority(tmp_path / "tsa")
    roots = load_authorities(authority.pem.read_bytes())
    _recall(market.world, market.expired_lot)
    with authority.serving() as url:
        own_witnessed.publish(authorities=(Authority("TSA_tỉnh", url, roots),), is_twice_signed=True)
    _, note = parse_checkpoint_note(client.get("/log/checkpoint").data)
    key = WitnessKey.parse(client.get("/log/vkey/ml-dsa-44").text.strip())
    assert key.name == market.world.ledger.origin
    assert list(find_cosignatures(note, (key,))) == [key]
    assert check_note(note, (market.world.ledger.vkey,)) == (key.name,)
    size = market.world.size()
    answer = client.get(f"/log/published/{size}/timestamp/TSA_tỉnh")
    assert answer.content_type == "application/timestamp-reply"
    at = check_timestamp(answer.data, note.text, roots)
    told = as_json(own_witnessed, own_witnessed.shop.stamp("expired"))["witnesses"]["timestamps"]
    assert told == [{"authority": "TSA_tỉnh", "title": "TSA tỉnh", "at": at.isoformat()}]
    assert (
        f"dấu thời gian của TSA tỉnh: {format_moment(at)}"
        in own_witnessed.client.get(own_witnessed.shop.stamp("expired")).text
    )


def test_metrics_tell_who_does_not_answer(own_witnessed):
    market = own_witnessed.shop.market
    own_witnessed.down.add(2)
    _recall(market.world, market.expired_lot)
    own_witnessed.publish()
    metrics = own_witnessed.client.get("/metrics").text
    up = {
        line.partition("+")[0][-10:]: line[-3:]
        for line in metrics.splitlines()
        if "outside_party_up{" in line
    }
    assert up == {"w1.example": "1.0", "w2.example": "0.0"}
    assert f"sogoc_published_size {market.world.size()}.0" in metrics
    assert "sogoc_published_full 0.0" in metrics


# -- commands ------------------------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_verify_by_the_reader_s_own_witnesses(witnessed, tmp_path):
    file = bundle_file(witnessed, tmp_path)
    keys = [option for key in witnessed.keys for option in ("--witness", key.format())]
    done = run("verify", file, *keys)
    assert done.exit_code == 0
    assert "Bên làm chứng w1.example đã xác nhận lúc" in done.output
    told = json.loads(run("verify", file, *keys, "--quorum", 1, "--json").output)
    assert set(told["witnessed"]) == {"w1.example", "w2.example"}
    told = json.loads(run("verify", file, "--json").output)
    assert (told["witnessed"], set(told["claimed_witnesses"])) == ({}, {"w1.example", "w2.example"})
    assert "Theo khóa ghi trong tệp, w1.example" in run("verify", file).output


def test_verify_fails_where_the_reader_wants_more(witnessed, tmp_path):
    file = bundle_file(witnessed, tmp_path)
    stranger = WitnessKey("khac.example", PrivateKey.from_seed(bytes(32)).public_key)
    done = run("verify", file, "--witness", stranger.format())
    assert (done.exit_code, "bước 7" in done.output) == (1, True)
    # The market's clock is ahead of ours or behind it by months.
    done = run("verify", file, "--witness", witnessed.keys[0].format(), "--max-age", 24)
    assert (done.exit_code, "bước 8" in done.output) == (1, True)


@pytest.mark.parametrize(
    "options",
    [
        ("--witness", "nonsense"),
        ("--quorum", "1"),
        ("--max-age", "24"),
        ("--max-age", "0"),
        ("--timestamp-authority", str(SCRIPT)),
    ],
)
def test_verify_says_what_it_does_not_understand(witnessed, tmp_path, options):
    assert run("verify", bundle_file(witnessed, tmp_path), *options).exit_code == 2


# -- the script that anyone can keep -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("sogoc_verify_again", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def told(script, witnessed, tmp_path):
    """``told(change, *keys)``: what the script says of the changed bundle."""

    def tell(change=lambda _: None, *keys):
        bundle = json.loads(bundle_file(witnessed, tmp_path).read_bytes())
        change(bundle)
        return script.check(json.dumps(bundle).encode(), None, [script.Key(key.format(), 4) for key in keys])

    return tell


def test_the_script_shows_and_asks_for_witnesses(told, witnessed):
    assert set(told()["witnessed"]) == {"w1.example", "w2.example"}
    assert told(lambda _: None, *witnessed.keys)["ok"]
    stranger = WitnessKey("khac.example", PrivateKey.from_seed(bytes(32)).public_key)
    assert told(lambda _: None, stranger)["step"] == 7


def spoil_cosignature(bundle):
    head, mark, line = bundle["checkpoint"].partition("— w1.example ")
    bundle["checkpoint"] = f"{head}{mark}{line[:20]}AAAA{line[24:]}"


WITNESS_FORGERIES = {
    "a_version_1_with_a_policy": (1, lambda bundle: bundle.update(type="sogoc/bundle/v1")),
    "a_version_2_without_a_policy": (1, lambda bundle: bundle.pop("policy")),
    "a_version_3": (1, lambda bundle: bundle.update(type="sogoc/bundle/v3")),
    "a_witness_key_of_another_id": (
        1,
        lambda bundle: bundle.update(policy=bundle["policy"].replace("w1.example+", "w9.example+")),
    ),
    "a_false_cosignature": (7, spoil_cosignature),
}


@pytest.mark.parametrize("name", WITNESS_FORGERIES)
def test_the_script_refuses_what_ours_refuses(told, name):
    step, change = WITNESS_FORGERIES[name]
    assert told(change).get("step") == step


def test_a_policy_with_keys_of_another_kind_is_passed_over(told):
    """An ML-DSA-44 witness in the file: the script cannot check it and does not stumble."""
    from ledger.log.witnesses import ML_DSA_COSIGNATURE
    from signing.ml_dsa import MlDsaPrivateKey

    key = WitnessKey("luong-tu.example", MlDsaPrivateKey.from_seed(bytes(32)).public_key, ML_DSA_COSIGNATURE)
    line = f"witness Lượng_tử {key.format()}\n"
    answer = told(lambda bundle: bundle.update(policy=line + bundle["policy"]))
    assert answer["ok"]
    assert set(answer["witnessed"]) == {"w1.example", "w2.example"}


def test_cosignatures_stay_when_the_clock_goes_on(own_witnessed):
    own_witnessed.shop.market.clock.now += timedelta(hours=2)
    done = own_witnessed.publish()
    assert done.publication.is_full
    assert len(as_json(own_witnessed, own_witnessed.shop.stamp("valid"))["witnesses"]["cosigned"]) == 2
