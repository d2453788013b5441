"""What is signed on a phone: replayed, changed, moved to another account, forged by the server itself."""

import importlib.util
import json
from pathlib import Path
from unittest.mock import patch

import pytest

from ledger.audit.fsck import fsck
from ledger.coop.actors import Role
from ledger.coop.devices.signed_answers import record_signed
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.people.device_keys import RevokeDevice, revoke_device
from ledger.log import unit as log_unit
from ledger.log.record_notes import parse_record_note
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.errors import BundleError
from ledger.trace.queries import passport_of
from tests.support.desk import HOME, open_desk
from tests.support.signing_phone import phone_of, registered_phone
from web.console import signed_answers

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verify" / "sogoc_verify.py"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def form_of(browser, season):
    return browser.get(f"{HOME}viec/irrigation/{season.split('/', 3)[3]}")


def fields_of(page, **answers):
    """What a browser would send of the form, each name with its texts."""
    said = {}
    for name, value in page.form.answers:
        if name != "csrf_token":
            said.setdefault(name, []).append(value)
    return {**said, **{name: [value] for name, value in answers.items()}}


def sign(phone, account, page, fields):
    signed = phone.signed({"account": account, "answers": fields, "files": [], "path": page.path})
    return {signed_answers.NOTE: signed.note.decode(), signed_answers.SALT: salt_of(signed)}


def salt_of(signed):
    from signing.canonical_base64 import format_base64

    return format_base64(signed.salt)


def post(browser, page, fields, note):
    data = {"csrf_token": page.form["csrf_token"], **fields, **note}
    return browser.client.post(page.path, data=data, headers={"Accept": "application/json"})


@pytest.fixture
def signed_form(desk):
    """A grower's form, filled in and signed on a phone that was taken in, not sent yet."""
    phone, season = registered_phone(desk.world), desk.world.season()
    browser = desk.browser("grower")
    page = form_of(browser, season)
    fields = fields_of(page, **{"v-source": "well"})
    note = sign(phone, desk.world.actors[Role.GROWER].account_id, page, fields)
    return browser, page, fields, note


def test_signed_record_sent_again(desk, signed_form):
    browser, page, fields, note = signed_form
    first = post(browser, page, fields, note)
    assert first.json["state"] == "recorded"
    size = desk.world.size()
    assert post(browser, page, fields, note).json == first.json
    assert desk.world.size() == size


def test_signed_record_of_another_sent_as_ones_own(desk, signed_form):
    _, page, fields, note = signed_form
    other, size = desk.browser("manager"), desk.world.size()
    own = other.get(page.path)
    own.path = page.path
    refused = post(other, own, fields, note)
    assert (refused.status_code, refused.json["state"]) == (422, "refused")
    assert refused.json["sentences"]
    assert desk.world.size() == size


@pytest.mark.parametrize("change", ["answer", "page", "key", "file"])
def test_signed_answers_changed_on_the_way(desk, signed_form, change):
    browser, page, fields, note = signed_form
    size = desk.world.size()
    if change == "answer":
        fields = {**fields, "note": ["khác"]}
    if change == "key":
        fields = {**fields, "idempotency_key": ["khac-khac-khac"]}
    if change == "page":
        page.path = page.path.replace("irrigation", "fertilising")
    if change == "file":
        from tests.support.desk import picture

        data = {"csrf_token": page.form["csrf_token"], **fields, **note, "photos": [picture()]}
        answer = browser.client.post(page.path, data=data, headers={"Accept": "application/json"})
    else:
        answer = post(browser, page, fields, note)
    assert answer.status_code in {409, 422}
    assert answer.json["state"] == "refused"
    assert desk.world.size() == size


def test_record_signed_by_a_phone_that_was_lost(desk, signed_form):
    browser, page, fields, note = signed_form
    line = phone_of(desk.world).key.verifier_key.format()
    desk.world.run(revoke_device, RevokeDevice(line, "lost"))
    size = desk.world.size()
    refused = post(browser, page, fields, note)
    assert (refused.status_code, refused.json["code"]) == (422, "DeviceRecordError")
    assert "không kèm chữ ký máy" in refused.json["sentences"][0]
    assert desk.world.size() == size
    assert post(browser, page, fields, {}).json["state"] == "recorded"


def forge(world, change):
    """A lot whose story has an entry with a record note that no device made: a server that lies."""
    phone, season = registered_phone(world), world.season()
    actor = world.actors[Role.GROWER]
    signed = phone.signed(
        {"account": actor.account_id, "answers": {"idempotency_key": ["k"]}, "files": [], "path": "/"}
    )
    command = RecordStep(
        lot=season, step="irrigation", done_on=world.today, values={"source": "well"}, idempotency_key="k"
    )
    honest = parse_record_note(signed.note)
    with (
        patch.object(log_unit, "check_record", lambda *_: False),
        patch.object(type(honest), "member", lambda self: change(world, honest_member(self))),
    ):
        world.ledger.write(record_signed, actor, command, record_step, signed)
    return world.harvested(season)


def honest_member(note):
    from signing.canonical_base64 import format_base64

    return {
        "digest": format_base64(note.digest),
        "recordedAt": note.recorded_at,
        "signature": format_base64(note.signature.key_id + note.signature.signature),
        "signer": note.signature.name,
    }


FORGERIES = {
    "another_digest": lambda _, said: {**said, "digest": "A" * 43 + "="},
    "another_time": lambda _, said: {**said, "recordedAt": "2026-11-12T01:02:03.005Z"},
    "another_name": lambda _, said: {**said, "signer": said["signer"] + "x"},
    "own_name": lambda _, said: {**said, "signer": said["signer"].rpartition("/")[0]},
    "a_neighbour": lambda world, said: {
        **said, "signer": said["signer"].replace(world.coop.code, world.neighbour.code)
    },
    "one_member_more": lambda _, said: {**said, "more": "x"},
    "no_signature": lambda _, said: {**said, "signature": "AAAA"},
    "null": lambda *_: None,
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_device_signature_made_up_by_the_server(sqlite_template, tmp_path, name):
    """fsck, passport, bundle and the stand-alone script find it, each by itself."""
    desk = next(open_desk(sqlite_template, tmp_path))
    world = desk.world
    lot = forge(world, FORGERIES[name])
    with world.ledger.database.reading() as session:
        assert [finding.what for finding in fsck(session)] == ["signatures"]
    shown = world.read(passport_of, lot, today=world.today)
    assert (shown.integrity.ok, shown.integrity.step) == (False, 2)
    bundle = world.read(lot_bundle, lot)
    with pytest.raises(BundleError) as caught:
        verify_bundle(bundle)
    assert caught.value.step == 2
    told = stand_alone().check(json.dumps(bundle).encode(), None)
    assert (told["ok"], told["step"]) == (False, 2)
    world.ledger.database.close()


def stand_alone():
    spec = importlib.util.spec_from_file_location("sogoc_verify", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
