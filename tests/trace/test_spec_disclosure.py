"""The example of docs/spec/disclosure.md is verified again, from what the page gives."""

import json

from ledger.trace.sealed_fields.disclosure_file import (
    STEPS,
    format_disclosure_file,
    parse_disclosure_file,
    verify_disclosure_file,
)
from signing.keys import VerifierKey
from tests.conftest import SPEC_FOLDER


def test_disclosure(spec_examples):
    page = spec_examples("disclosure")
    data = page["disclosure"].encode()
    assert format_disclosure_file(parse_disclosure_file(data)) == data
    found = verify_disclosure_file(data, vkey=VerifierKey.parse(page["vkey"].strip()))
    assert found.value == json.loads(page["value"])
    assert found.record.body["sogoc:step"] == "fertilising"


def test_the_page_names_every_step():
    text = (SPEC_FOLDER / "disclosure.md").read_text(encoding="utf-8")
    assert all(f"\n{number}. **{name}**" in text for number, (name, _) in enumerate(STEPS, start=1))
