"""What every use case has in common: who may, and that a repeat is done once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from ledger.coop.actors import Actor, Role, check_may
from ledger.coop.replays import digest_command, find_first_result, keep_first_result
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a person asks for. ``idempotency_key`` names the form it came from, so that a repeat is known."""

    idempotency_key: str | None = None


C = TypeVar("C", bound=Command)
R = TypeVar("R")

USE_CASES: dict[str, Callable[[Unit, Actor, Any], Any]] = {}
"""Every use case of the working books by its verb, filled as the modules are imported."""
ALLOWED: dict[str, frozenset[Role]] = {}
"""Who may, by verb: what docs/roles.md shows."""


def use_case(
    allowed: frozenset[Role],
) -> Callable[[Callable[[Unit, Actor, C], R]], Callable[[Unit, Actor, C], R]]:
    """Make ``verb(unit, actor, command) -> result`` a use case: only for the roles ``allowed``, once per key.

    The use case raises ``NotAllowedError`` before it reads anything, and ``RepeatConflictError`` when the
    key of the command was used for another command.
    """

    def decorate(verb: Callable[[Unit, Actor, C], R]) -> Callable[[Unit, Actor, C], R]:
        name: str = getattr(verb, "__name__", "")
        result_type: type[R] = get_type_hints(verb)["return"]

        @wraps(verb)
        def run(unit: Unit, actor: Actor, command: C) -> R:
            check_may(actor, allowed)
            key = command.idempotency_key
            if key is None:
                return verb(unit, actor, command)
            digest = digest_command(unit, name, command)
            first = find_first_result(unit, actor.organisation, key, digest, result_type)
            if first is not None:
                return first
            result = verb(unit, actor, command)
            keep_first_result(unit, actor.organisation, key, digest, result)
            return result

        USE_CASES[name] = run
        ALLOWED[name] = allowed
        return run

    return decorate
