"""Changing what an account is trusted with."""

from dataclasses import dataclass

from ledger.coop.actors import MANAGEMENT, Actor, Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError, Problem
from ledger.coop.people.accounts import Account, account_of, find_own_account
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True)
class ChangeRoles(Command):
    """The roles of an account from now on: all of them, at least one."""

    account_id: str
    roles: frozenset[Role]


@use_case(MANAGEMENT)
def change_roles(unit: Unit, actor: Actor, command: ChangeRoles) -> Account:
    """Set an account's roles; its sessions have them with the next page.

    Raises ``NotFoundError``, ``CommandError`` (none, or a manager who would stop being one), and
    ``NotAllowedError`` where the alliance's role is given or taken by somebody who does not hold it.
    """
    row = find_own_account(unit.session, actor, command.account_id)
    if row.closed_at is not None:
        raise NotFoundError("tài khoản", row.login)
    if not command.roles:
        raise CommandError(Problem("roles", "Hãy chọn ít nhất một việc được làm cho tài khoản."))
    if row.id == actor.account_id and Role.MANAGER not in command.roles:
        sentence = "Không thể tự bỏ quyền quản lý của mình. Hãy nhờ một quản lý khác."
        raise CommandError(Problem("roles", sentence))
    held = frozenset(Role(role) for role in row.roles.split(","))
    if Role.ALLIANCE in held ^ command.roles and Role.ALLIANCE not in actor.roles:
        raise NotAllowedError("only the alliance gives its role", needed=frozenset({Role.ALLIANCE.value}))
    row.roles = ",".join(sorted(command.roles))
    return account_of(row)
