"""What a neighbour may try with set-up files and money; each attack makes first what it is after."""

from collections.abc import Callable
from typing import Any

from ledger.coop.actors import Role
from ledger.coop.money.entries import RecordMoney, WithdrawMoney, record_money
from ledger.coop.setup.importing import ImportBooks
from ledger.coop.setup.imports import DropImport, ImportState, KeepImport, NoteImport, keep_import
from ledger.coop.setup.reading import read_setup_file
from ledger.coop.setup.wizard import AnswerQuestion
from tests.support.setup_files import workbook


def _paid(victim: Any, **about: Any) -> RecordMoney:
    return RecordMoney(kind="labour", amount=1, on=victim.world.today, **about)


def _money(victim: Any) -> str:
    kept: str = victim.world.run(record_money, _paid(victim), Role.ACCOUNTANT).id
    return kept


def _file(victim: Any) -> str:
    kept: str = victim.world.run(keep_import, KeepImport(data=workbook())).id
    return kept


def _naming_anothers(_: Any) -> ImportBooks:
    """Rows that name the cooperative's product, place and member by their codes."""
    rows = {
        "seasons": [("NHO", "VUON1", "01/09/2026")],
        "goods": [("NHO", "VUON1", "10/11/2026", "9")],
    }
    return ImportBooks(file=read_setup_file(workbook(rows)))


SETUP_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "record_money": [
        lambda v: _paid(v, season=v.season),
        lambda v: _paid(v, product="NHO"),
    ],
    "withdraw_money": [lambda v: WithdrawMoney(_money(v))],
    "note_import": [lambda v: NoteImport(_file(v), ImportState.READY)],
    "drop_import": [lambda v: DropImport(_file(v))],
    "import_books": [_naming_anothers],
    "answer_question": [lambda _: AnswerQuestion(question="eleventh", given={})],
}
SETUP_MAKES = {"keep_import", "finish_setup"}
"""They name nothing: what they make is the actor's own."""
