"""The table of docs/roles.md, from the code: every use case and the roles that may do it.

``python -m tests.support.roles_page`` writes it anew.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import ledger.coop
from ledger.coop.actors import Role
from ledger.coop.use_cases import ALLOWED, USE_CASES

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def load_use_cases() -> dict[str, frozenset[Role]]:
    """Every use case of the working books by its verb, with its roles."""
    for module in walk_packages(ledger.coop.__path__, "ledger.coop."):
        import_module(module.name)
    return {
        verb: ALLOWED[verb] for verb, run in USE_CASES.items() if run.__module__.startswith("ledger.coop.")
    }


def room_of(verb: str) -> str:
    """The room in which a use case lives: ``people``, or ``coop`` for none of its own."""
    parts = USE_CASES[verb].__module__.split(".")
    return parts[2] if len(parts) > 3 else "coop"


def table() -> str:
    """The table as Markdown, by room, then by verb."""
    verbs = sorted(load_use_cases(), key=lambda verb: (room_of(verb), verb))
    head = f"| room | use case | {' | '.join(role.value.replace('_', ' ') for role in Role)} |\n"
    rule = f"|---|---|{':-:|' * len(Role)}\n"
    return head + rule + "".join(map(_row, verbs))


def _row(verb: str) -> str:
    dots = " | ".join("●" if role in ALLOWED[verb] else "" for role in Role)
    return f"| {room_of(verb)} | `{verb}` | {dots} |\n"


def with_table(text: str) -> str:
    """The page with the table as it is now."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
