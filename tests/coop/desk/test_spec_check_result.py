"""The example of docs/spec/check-result.md is verified again, from what the page gives."""

from ledger.coop.desk.result_files import (
    STEPS,
    format_result_file,
    parse_result_file,
    read_signed,
    verify_result_file,
)
from ledger.trace.passports.verdicts import Verdict
from signing.keys import VerifierKey
from tests.conftest import SPEC_FOLDER


def test_check_result(spec_examples):
    page = spec_examples("check-result")
    data = page["result"].encode()
    file = parse_result_file(data)
    assert format_result_file(file) == data
    assert file.note == page["note"].encode()
    found = verify_result_file(data, vkey=VerifierKey.parse(page["vkey"].strip()))
    assert found.signed == read_signed(file.note)
    assert found.states == {Verdict.VALID: 2, Verdict.UNKNOWN: 1}


def test_the_page_names_every_step_and_state():
    text = (SPEC_FOLDER / "check-result.md").read_text(encoding="utf-8")
    assert all(f"\n{number}. **{name}**" in text for number, (name, _) in enumerate(STEPS, start=1))
    assert all(f"`{verdict}`" in text for verdict in Verdict)
