"""Errors of the room: exact for a log file, a Vietnamese sentence for a person, evidence as attributes."""

import inspect
import unicodedata
from datetime import UTC, datetime

import pytest

from ledger.trace import errors as e

NOW = datetime(2026, 11, 12, tzinfo=UTC)
CLASSES = [
    kind
    for _, kind in inspect.getmembers(e, inspect.isclass)
    if issubclass(kind, e.TraceError) and kind.__module__ == e.__name__
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_that_ends(kind):
    sentence = kind.default_sentence
    assert sentence.endswith(".")
    assert unicodedata.is_normalized("NFC", sentence)
    assert any(ord(letter) > 127 for letter in sentence)
    assert kind.__doc__
    assert kind.__name__.endswith(("Error", "Errors"))


@pytest.mark.parametrize(
    ("error", "told", "evidence"),
    [
        (e.UnknownLotError("urn:x:lot"), "no lot urn:x:lot", {"lot": "urn:x:lot"}),
        (e.LotExistsError("urn:x:lot"), "exists already", {"lot": "urn:x:lot"}),
        (
            e.NotSealableError("urn:x:lot", "is empty", sentence="Lô đã hết."),
            "is empty",
            {"sentence": "Lô đã hết."},
        ),
        (e.RecallError("urn:x:lot", "recalled already"), "recalled already", {"lot": "urn:x:lot"}),
        (e.CorrectionError(7, "corrected by 9"), "entry 7: corrected by 9", {"index": 7}),
        (e.ErasedError("9WZ3"), "9WZ3", {"subject": "9WZ3"}),
        (e.EventTimeError(NOW, NOW), "2026-11-12", {"done_at": NOW, "now": NOW}),
        (
            e.BundleError(4, "leaf hash", "differs", {"index": 3}),
            "step 4 (leaf hash): differs",
            {"evidence": {"index": 3}},
        ),
        (
            e.BundleError(4, "leaf hash", "differs"),
            "differs",
            {"step": 4, "name": "leaf hash", "evidence": {}},
        ),
    ],
)
def test_errors_carry_their_evidence(error, told, evidence):
    assert told in str(error)
    assert {name: getattr(error, name) for name in evidence} == evidence
    assert error.sentence
