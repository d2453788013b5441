"""Taking away every way into an account at once: when it is closed, and when its person is forgotten."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ledger.coop.people.people_tables import CardRow, PasskeyRow, PhoneLoginRow, PinRow
from ledger.coop.tables import SessionRow


def take_keys_away(session: Session, account_id: str) -> None:
    """End the account's sessions and delete its telephone number, PIN, card and passkeys."""
    for table in (SessionRow, PhoneLoginRow, PinRow, CardRow, PasskeyRow):
        session.execute(delete(table).where(table.account_id == account_id))


def end_sessions(session: Session, account_id: str) -> None:
    """End every session of the account."""
    session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
