"""To which bank account customers pay: kept for the symbol on slips, encrypted but for the bank."""

import json
import re
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.order_tables import PaymentAccountRow
from ledger.coop.orders.vietqr import BANKS
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

_NUMBER = re.compile(r"[0-9A-Z]{4,19}")


@dataclass(frozen=True, slots=True)
class SavePaymentAccount(Command):
    """The account of the organisation: the bank's BIN, the account's number, in whose name it is."""

    bank: str
    number: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SavedAccount:
    """The bank at which the account is."""

    bank: str


@dataclass(frozen=True, slots=True)
class PaymentAccount:
    """An account that customers pay to."""

    bank: str
    number: str = field(repr=False)
    holder: str = field(repr=False)

    @property
    def bank_name(self) -> str:
        """The bank as people call it."""
        return BANKS[self.bank]


@use_case(MANAGEMENT)
def save_payment_account(unit: Unit, actor: Actor, command: SavePaymentAccount) -> SavedAccount:
    """Keep the account, in place of the one before. Raises ``CommandError``."""
    checks = Checks()
    bank = checks.word("bank", "ngân hàng", command.bank, BANKS)
    number = re.sub(r"[ .-]", "", command.number).upper()
    if _NUMBER.fullmatch(number) is None:
        checks.refuse("number", "Số tài khoản có 4 đến 19 chữ số. Hãy chép lại đúng như trên ứng dụng.")
    holder = checks.text("holder", "tên chủ tài khoản", command.holder, 80)
    checks.finish()
    said = json.dumps({"number": number, "holder": holder})
    sealed = seal_private(
        unit, actor.organisation, ORGANISATION, said.encode(), purpose=_purpose(actor.organisation)
    )
    row = PaymentAccountRow(organisation=actor.organisation, bank=bank, details_sealed=sealed)
    unit.session.merge(row)
    return SavedAccount(bank)


def read_payment_account(session: Session, vault: Vault, actor: Actor) -> PaymentAccount | None:
    """The organisation's account; ``None`` before one was given."""
    row = session.get(PaymentAccountRow, actor.organisation)
    if row is None:
        return None
    opened = open_private(
        session, vault, row.organisation, ORGANISATION, row.details_sealed, purpose=_purpose(row.organisation)
    )
    return PaymentAccount(row.bank, **json.loads(opened))


def has_payment_account(session: Session, actor: Actor) -> bool:
    """Whether the organisation said to which account customers pay."""
    return session.get(PaymentAccountRow, actor.organisation) is not None


def _purpose(organisation: str) -> str:
    return f"ledger.coop/payment-account/{organisation}"
