"""Teams: who slaughters, processes or packs together, and takes orders from a queue of their own."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.order_tables import TeamMemberRow, TeamRow
from ledger.coop.registers.members import find_member
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

TEAM_KINDS = ("primary", "processing", "packing")
"""Slaughter and first handling, processing, packing: the order in which goods go through teams."""
MAX_MEMBERS = 200
MAX_TEAMS = 50


@dataclass(frozen=True, slots=True)
class SaveTeam(Command):
    """A new team or, with ``id``, another name, kind or other ``members`` (ids) for one."""

    name: str
    kind: str
    members: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class CloseTeam(Command):
    """A team that takes no more orders. What it did stays."""

    id: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team that takes orders."""

    id: str
    name: str
    kind: str
    members: tuple[str, ...]


@use_case(MANAGEMENT)
def save_team(unit: Unit, actor: Actor, command: SaveTeam) -> Team:
    """Make or change a team. Raises ``CommandError``, ``NotFoundError``, ``AlreadyExistsError``."""
    checks = Checks()
    name = checks.text("name", "tên tổ", command.name, 80)
    kind = checks.word("kind", "việc của tổ", command.kind, TEAM_KINDS)
    members = tuple(dict.fromkeys(command.members))
    if len(members) > MAX_MEMBERS:
        checks.refuse("members", f"Mỗi tổ tối đa {MAX_MEMBERS} người.")
    teams = list_teams(unit.session, actor)
    if command.id is None and len(teams) >= MAX_TEAMS:
        checks.refuse("name", f"Tối đa {MAX_TEAMS} tổ. Hãy thôi một tổ không còn dùng.")
    checks.finish()
    for member in members:
        find_member(unit.session, actor.organisation, member)
    if any(team.name.casefold() == name.casefold() and team.id != command.id for team in teams):
        raise AlreadyExistsError("tổ", name)
    if command.id is None:
        row = TeamRow(id=str(uuid4()), organisation=actor.organisation, name=name, kind=kind, closed_at=None)
        unit.session.add(row)
    else:
        row = _find(unit.session, actor, command.id)
        row.name, row.kind = name, kind
        unit.session.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == row.id))
    unit.session.flush()
    unit.session.add_all(TeamMemberRow(team_id=row.id, member_id=member) for member in members)
    return Team(row.id, name, kind, members)


@use_case(MANAGEMENT)
def close_team(unit: Unit, actor: Actor, command: CloseTeam) -> Team:
    """Close a team. Raises ``NotFoundError``."""
    team = find_team(unit.session, actor, command.id)
    _find(unit.session, actor, command.id).closed_at = unit.now
    return team


def list_teams(session: Session, actor: Actor) -> tuple[Team, ...]:
    """The organisation's teams, in the order in which goods go through them, then by name."""
    rows = session.scalars(
        select(TeamRow).where(TeamRow.organisation == actor.organisation, TeamRow.closed_at.is_(None))
    ).all()
    members: dict[str, list[str]] = {row.id: [] for row in rows}
    query = select(TeamMemberRow.team_id, TeamMemberRow.member_id).where(TeamMemberRow.team_id.in_(members))
    for team_id, member_id in session.execute(query):
        members[team_id].append(member_id)
    teams = (Team(row.id, row.name, row.kind, tuple(sorted(members[row.id]))) for row in rows)
    return tuple(sorted(teams, key=lambda team: (TEAM_KINDS.index(team.kind), team.name.casefold())))


def find_team(session: Session, actor: Actor, team_id: str) -> Team:
    """The organisation's team with this id. Raises ``NotFoundError``, also for one that is closed."""
    for team in list_teams(session, actor):
        if team.id == team_id:
            return team
    raise NotFoundError("tổ", team_id)


def own_teams(session: Session, actor: Actor) -> frozenset[str]:
    """The ids of the teams in which the actor is."""
    query = select(TeamMemberRow.team_id).where(TeamMemberRow.member_id == actor.member_id)
    return frozenset(session.scalars(query))


def _find(session: Session, actor: Actor, team_id: str) -> TeamRow:
    row = session.get(TeamRow, team_id)
    if row is None or row.organisation != actor.organisation or row.closed_at is not None:
        raise NotFoundError("tổ", team_id)
    return row
