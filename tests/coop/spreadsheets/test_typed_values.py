"""What an event says, typed again into its form, gives the same event: corrections change nothing unasked."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.coop.spreadsheets.typed_values import type_again
from ledger.trace.sectors.fields import check_values
from ledger.trace.sectors.templates import TEMPLATES, Field

NUMBERS = st.decimals(0, 99, places=3, allow_nan=False).map(lambda n: f"{n}".replace(".", ","))
WORDS = st.text("abcđ êô,;:.", min_size=1, max_size=20).filter(lambda text: text.strip(" "))
DIGEST = "ni:///sha-256;" + "A" * 43
STEPS = [step for sector in TEMPLATES.values() for step in sector.steps]


def typed(field: Field) -> st.SearchStrategy[str | list[str]]:
    """What a person may type into a field."""
    whole = {"cây", "con", "quả", "đàn", "gói", "tem", "túi", "hoa", "lóng", "cành", "bầu", "ngày"}
    match field.type:
        case "number":
            return st.integers(0, 99).map(str) if field.unit in whole else NUMBERS
        case "choice":
            return st.sampled_from([option.code for option in field.options])
        case "date":
            return st.dates().filter(lambda day: 1900 <= day.year < 2100).map(lambda d: f"{d:%d/%m/%Y}")
        case "geo":
            return st.sampled_from([["21.35, 106.76"], ["21.351, 106.761", "21.36, 106.76", "21.36, 106.77"]])
        case "table":
            return st.just(["Thăn: 12,5", "Vai trước: 1.234"])
        case "file" | "photo" | "audio":
            return st.just([DIGEST])
    return st.lists(st.text("ABC123", min_size=1), min_size=1, max_size=3) if field.multiple else WORDS


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_values_typed_again_are_the_same_values(data):
    step = data.draw(st.sampled_from(STEPS))
    values = check_values(step, {field.key: data.draw(typed(field)) for field in step.fields})
    assert check_values(step, type_again(step, values)) == values


def test_recorder_is_not_kept_since_whoever_corrects_records():
    step = TEMPLATES["fruit_nho"].step("irrigation")
    values = {"source": "well", "done_by": "A", "recorded_by": "B", "note": "x"}
    assert type_again(step, values) == {"source": "well", "done_by": "A", "note": "x"}
