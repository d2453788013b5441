"""Devices that sign: one's own phone asks, the manager compares two codes and decides, and may end a key."""

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.devices.requests import (
    AskDevice,
    DecideDevice,
    DeviceRequest,
    approve_device,
    ask_device,
    device_owners,
    fingerprint,
    refuse_device,
    waiting_devices,
)
from ledger.coop.devices.signed_answers import read_kept_answers
from ledger.coop.errors import NotFoundError
from ledger.coop.people.device_keys import DeviceKey, RevokeDevice, device_keys, revoke_device
from signing.canonical_base64 import format_base64
from signing.keys import VerifierKey
from web.console.blueprint import console
from web.console.choices import account_names
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.devices import RevokeForm
from web.forms.form import KEY
from web.forms.inputs import Input, InputKind
from web.forms.typed import Typed
from web.languages import _
from web.state import current

NOTE = Input("note", _("Yêu cầu của máy"), InputKind.LONG_TEXT, required=True)


@console.route("/may", methods=["GET", "POST"])
def devices() -> ResponseReturnValue:
    """One's own phone; for a manager also the requests that wait and the devices that sign."""
    state, who = current(), actor()
    is_manager = not who.roles.isdisjoint(MANAGEMENT)
    page = FormPage(
        _("Máy ký sổ"),
        (NOTE,),
        _("Đăng ký máy này"),
        url_for("console.account"),
        template="console/people/devices.html",
        more={
            "origin": state.ledger.origin,
            "is_manager": is_manager,
            "waiting": state.ledger.read(waiting_devices, who.organisation) if is_manager else (),
            "held": state.ledger.read(device_keys, who.organisation) if is_manager else (),
            "owners": state.ledger.read(device_owners, who.organisation) if is_manager else {},
            "names": state.ledger.read(account_names, who) if is_manager else {},
            "fingerprint_of": lambda key: fingerprint(VerifierKey.parse(key)),
        },
    )
    return answer_form(page, _ask, ask_device, lambda _: url_for("console.devices"))


@console.route("/may/duyet/<request_id>", methods=["GET", "POST"])
def approve(request_id: str) -> ResponseReturnValue:
    """Take a device in, after both have compared its code."""
    asked = _find_request(request_id)
    page = FormPage(
        _("Duyệt máy %(device)s", device=asked.device),
        (),
        _("Mã khớp, duyệt máy này"),
        url_for("console.devices"),
        template="console/people/approve_device.html",
        refused=_("Chưa duyệt được"),
        more={
            "asked": asked,
            "name": current().ledger.read(account_names, actor()).get(asked.account_id, ""),
        },
    )
    command = DecideDevice(asked.id)
    return answer_form(
        page, lambda typed: _keyed(command, typed), approve_device, lambda _: url_for("console.devices")
    )


@console.route("/may/tu-choi/<request_id>", methods=["GET", "POST"])
def refuse_request(request_id: str) -> ResponseReturnValue:
    """Turn a device away."""
    asked = _find_request(request_id)
    page = FormPage(
        _("Không duyệt máy %(device)s", device=asked.device),
        (),
        _("Không duyệt"),
        url_for("console.devices"),
        lead=_("Người dùng máy này vẫn ghi được như thường, chỉ không kèm chữ ký máy."),
        is_grave=True,
    )
    command = DecideDevice(asked.id)
    return answer_form(
        page, lambda typed: _keyed(command, typed), refuse_device, lambda _: url_for("console.devices")
    )


@console.route("/may/ngung/<device>", methods=["GET", "POST"])
def revoke(device: str) -> ResponseReturnValue:
    """End a device's key: lost phones, phones that were sold."""
    check_role(MANAGEMENT)
    held = current().ledger.read(_find_device, actor(), device)
    form = RevokeForm()
    page = FormPage(
        _("Ngừng máy %(device)s", device=device),
        form.inputs(),
        _("Ngừng máy này"),
        url_for("console.devices"),
        lead=_("Từ nay chữ ký của máy này không được nhận nữa. Những gì máy đã ký trước đó vẫn đúng."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: RevokeDevice(
            key=held.key, reason=form.values(typed)["reason"], idempotency_key=typed.one(KEY) or None
        ),
        revoke_device,
        lambda _: url_for("console.devices"),
    )


@console.get("/so/<int:index>/may-ky.json")
def signed_record(index: int) -> Response:
    """What a device signed for a line of the book: note, salt and answers, for whom it may concern."""
    state = current()
    kept = state.ledger.read(read_kept_answers, state.ledger.vault, actor(), index)
    answer = jsonify({"note": kept.note, "salt": format_base64(kept.salt), "answers": dict(kept.answers)})
    answer.headers["Content-Disposition"] = f'attachment; filename="may-ky-{index}.json"'
    return answer


def _ask(typed: Typed) -> AskDevice:
    note = "\n".join(request.form.get(NOTE.name, "").splitlines()) + "\n"
    return AskDevice(note=note.encode(), idempotency_key=typed.one(KEY) or None)


def _keyed(command: DecideDevice, typed: Typed) -> DecideDevice:
    return DecideDevice(command.request, idempotency_key=typed.one(KEY) or None)


def _find_request(request_id: str) -> DeviceRequest:
    """The organisation's request that waits. Raises ``NotFoundError``, ``NotAllowedError``."""
    check_role(MANAGEMENT)
    waiting = current().ledger.read(waiting_devices, actor().organisation)
    found = next((asked for asked in waiting if asked.id == request_id), None)
    if found is None:
        raise NotFoundError(_("máy chờ duyệt"), request_id)
    return found


def _find_device(session: Session, who: Actor, device: str) -> DeviceKey:
    """The newest key of the organisation's device. Raises ``NotFoundError`` for none that is valid."""
    for held in reversed(device_keys(session, who.organisation)):
        if held.device == device and held.valid_until is None:
            return held
    raise NotFoundError(_("máy"), device)
