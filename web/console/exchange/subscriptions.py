"""What is sent to other programs by itself: how it goes, once more at once, or no more."""

from collections.abc import Mapping

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.exchange.destinations import parse_destination
from ledger.coop.exchange.subscription_desk import (
    DeliveryState,
    RetrySubscription,
    StopSubscription,
    find_subscription,
    retry_subscription,
    stop_subscription,
    subscriptions_of,
)
from web.console.blueprint import console
from web.console.exchange.tokens import partner_names
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.form import KEY
from web.languages import _
from web.state import current

STATE_WORDS: Mapping[DeliveryState, str] = {
    DeliveryState.RUNNING: _("Đang gửi đều"),
    DeliveryState.FAILING: _("Lần gửi cuối chưa được"),
    DeliveryState.STOPPED: _("Không gửi nữa"),
}


@console.get("/tu-gui")
def subscriptions() -> ResponseReturnValue:
    """All of them, those in trouble first."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    return render_template(
        "console/exchange/subscriptions.html",
        found=ledger.read(subscriptions_of, actor()),
        partners=ledger.read(partner_names, ledger.vault, actor()),
        words=STATE_WORDS,
        host_of=_host_of,
        back=url_for("console.exchange"),
    )


@console.get("/tu-gui/<subscription_id>")
def subscription(subscription_id: str) -> ResponseReturnValue:
    """One of them."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    return render_template(
        "console/exchange/subscription.html",
        found=ledger.read(find_subscription, actor(), subscription_id),
        partners=ledger.read(partner_names, ledger.vault, actor()),
        words=STATE_WORDS,
        host_of=_host_of,
        back=url_for("console.subscriptions"),
    )


@console.post("/tu-gui/<subscription_id>/gui-lai")
def send_again(subscription_id: str) -> ResponseReturnValue:
    """Send now what waits."""
    check_role(MANAGEMENT)
    current().ledger.write(retry_subscription, actor(), RetrySubscription(subscription_id))
    return redirect(url_for("console.subscription", subscription_id=subscription_id), 303)


@console.route("/tu-gui/<subscription_id>/ngung", methods=["GET", "POST"])
def stop_sending(subscription_id: str) -> ResponseReturnValue:
    """Send nothing more."""
    check_role(MANAGEMENT)
    found = current().ledger.read(find_subscription, actor(), subscription_id)
    back = url_for("console.subscription", subscription_id=subscription_id)
    page = FormPage(
        _("Ngừng gửi cho %(program)s", program=found.program),
        (),
        _("Ngừng gửi"),
        back,
        lead=_("Khi gửi lại, những dòng ghi trong lúc ngừng cũng được gửi."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: StopSubscription(found.id, idempotency_key=typed.one(KEY) or None),
        stop_subscription,
        lambda _: back,
    )


def _host_of(dest: str) -> str:
    """Where it goes, without the path: that may hold the receiver's own secret."""
    return parse_destination(dest).host
