"""Whose hands and whose money: the answers to questions about rolls and quotas."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.people.account_queries import accounts_of
from ledger.coop.queries import lots_packed
from ledger.coop.stamps.stamp_quotas import quotas
from ledger.coop.stamps.stamp_room import bare_packs
from web.formats import format_date, format_number
from web.forms.inputs import Option
from web.languages import _


def quota_options(session: Session, actor: Actor, today: date) -> tuple[Option, ...]:
    """Quotas of which something is left today."""
    return tuple(
        Option(
            quota.id,
            quota.sponsor,
            _(
                "còn %(left)s tem, đến %(valid_to)s",
                left=format_number(quota.left),
                valid_to=format_date(quota.valid_to),
            ),
        )
        for quota in quotas(session, actor)
        if quota.left > 0 and quota.valid_to >= today
    )


def holder_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Accounts that may pack, by login."""
    return tuple(
        Option(account.id, account.login)
        for account in accounts_of(session, actor.organisation)
        if not PACKING.isdisjoint(account.roles)
    )


def sealed_lot_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Lots onto whose packs stamps may go: signed, not recalled, packs without a stamp; newest first."""
    cards = [card for card in lots_packed(session, actor) if card.is_sealed and not card.is_recalled]
    bare = bare_packs(session, [card.lot for card in cards if card.left])
    return tuple(
        Option(
            card.lot,
            f"{card.product} {card.code}",
            _("%(bare)s gói chưa có tem", bare=format_number(bare[card.lot])),
        )
        for card in cards
        if bare.get(card.lot)
    )
