"""Looking accounts up without asking for a secret: for who runs the server, or behind a check of roles."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotFoundError
from ledger.coop.people.accounts import Account, actor_from, normalise_login
from ledger.coop.tables import AccountRow


def find_actor(session: Session, login: str) -> Actor:
    """The actor whom the open account ``login`` makes. Raises ``NotFoundError``."""
    row = session.scalar(
        select(AccountRow).where(AccountRow.login == normalise_login(login), AccountRow.closed_at.is_(None))
    )
    if row is None:
        raise NotFoundError("tài khoản", login)
    return actor_from(row)


def accounts_of(session: Session, organisation: str) -> tuple[Account, ...]:
    """The open accounts of an organisation, by login."""
    rows = session.scalars(
        select(AccountRow)
        .where(AccountRow.organisation == organisation, AccountRow.closed_at.is_(None))
        .order_by(AccountRow.login)
    )
    return tuple(
        Account(row.id, row.organisation, row.login, tuple(map(Role, row.roles.split(","))), row.member_id)
        for row in rows
    )
