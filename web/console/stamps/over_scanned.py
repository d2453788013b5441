"""Stamps that were scanned as only copies are: the manager's list, and what was found about each."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.errors import NotFoundError
from ledger.coop.scans.scan_list import (
    OverScanned,
    count_beside,
    find_over_scanned,
    last_looks,
    look_into,
    looks_of,
    over_scanned,
)
from ledger.coop.scans.scan_rules import ScanRule
from ledger.coop.stamp_codes import open_stamp_codec
from web.console.blueprint import console
from web.console.choices import account_names
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.inputs import Input
from web.forms.over_scanned import FINE, ONE, LookForm, scope_options
from web.languages import _
from web.state import current

RULE_WORDS: Mapping[ScanRule, str] = MappingProxyType(
    {
        ScanRule.MANY_IN_A_DAY: _("Quá nhiều lần quét trong một ngày"),
        ScanRule.MANY: _("Quá nhiều lần quét từ trước tới nay"),
        ScanRule.FAR_APART: _("Quét ở hai nơi quá xa nhau trong thời gian quá ngắn"),
        ScanRule.BEFORE_ACTIVATION: _("Bị quét khi chưa kích hoạt hoặc đã hủy"),
        ScanRule.AFTER_RECALL: _("Vẫn bị quét sau khi lô hàng đã thu hồi"),
    }
)
"""What each rule says to the people of the cooperative."""


@console.get("/tem-quet-nhieu")
def seen_often() -> ResponseReturnValue:
    """Those that wait for a look; ``xong``: those that had one."""
    check_role(MANAGEMENT)
    is_done = "xong" in request.args
    ledger = current().ledger
    found = ledger.read(over_scanned, actor(), is_open=not is_done)
    return render_template(
        "console/stamps/over_scanned.html",
        found=found,
        codes={item.number: _code(item.number) for item in found},
        looks=ledger.read(last_looks, ledger.vault, actor(), [item.number for item in found]),
        names=ledger.read(account_names, actor()),
        words=RULE_WORDS,
        is_done=is_done,
        back=url_for("console.home"),
    )


@console.route("/tem-quet-nhieu/<int:number>", methods=["GET", "POST"])
def look_at_stamp(number: int) -> ResponseReturnValue:
    """One of them, with what was found before; a finding with its reason takes it off the list."""
    check_role(MANAGEMENT)
    state, form = current(), LookForm()
    found = state.ledger.read(find_over_scanned, actor(), number)
    page = FormPage(
        _("Tem bị quét nhiều lần"),
        _asked(form, found, state.ledger.read(count_beside, actor(), found)),
        _("Ghi kết quả"),
        url_for("console.seen_often"),
        template="console/stamps/over_scanned_stamp.html",
        more={
            "found": found,
            "code": _code(number),
            "words": RULE_WORDS,
            "names": state.ledger.read(account_names, actor()),
            "looks": state.ledger.read(looks_of, state.ledger.vault, actor(), number),
        },
    )
    return answer_form(
        page,
        lambda typed: form.read(typed, number),
        look_into,
        lambda _: page.back,
    )


def _asked(form: LookForm, found: OverScanned, beside: int) -> tuple[Input, ...]:
    """The questions; none about a stamp found fine, of which nobody is warned."""
    if not found.is_marked:
        return ()
    # Looked into once and kept in doubt: what is left to say is that it is fine after all.
    finding = "" if found.is_open else FINE
    asked = form.inputs({"scope": scope_options(beside)}, {"scope": ONE, "finding": finding})
    has_others = bool(beside) and found.is_open
    return tuple(
        replace(item, required=True) if item.name == "scope" else item
        for item in asked
        if item.name != "scope" or has_others
    )


def _code(number: int) -> str:
    """The stamp's code. Raises ``NotFoundError`` where no stamp was ever given out."""
    state = current()
    codec = state.ledger.read(open_stamp_codec, state.ledger.vault)
    if codec is None:
        raise NotFoundError("tem", str(number))
    return codec.format(number)
