"""The forms' own reading, without a page: numbers, lists, lots, codes, refusals; the addresses of lots."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema
from werkzeug.routing import ValidationError

from ledger.coop.errors import AlreadyExistsError, CommandError, DoneDateError, PhotoError, Problem
from ledger.trace.errors import FieldErrors, FieldProblem, GuardError, Violation
from ledger.trace.identifiers import gs1_lot_uri, lot_uri
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.desk import open_desk
from web.console.lot_paths import LotPath
from web.forms import fields
from web.forms.inputs import Input, InputKind, Option, fill, preset
from web.forms.lots import ALL, AMOUNT, LEFT, LOT, MADE, PRODUCT, read_outputs, read_portions
from web.forms.refusals import refuse
from web.forms.registers import ProductForm
from web.forms.stamp_codes import read_code, read_codes
from web.forms.steps import VALUE, step_values
from web.forms.typed import Typed


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("questions"))


def typed(**values):
    return Typed.of((name, value if isinstance(value, list) else [value]) for name, value in values.items())


def test_a_question_is_asked_under_its_name_with_its_unit():
    asked = fields.number("Diện tích", unit="m2", required=False).asked("area_m2")
    assert (asked.name, asked.unit, asked.required, asked.kind) == ("area_m2", "m²", False, InputKind.NUMBER)


def test_blank_is_nothing_and_a_secret_keeps_its_spaces():
    class Form(Schema):
        word = fields.text("Chữ", required=False)
        secret = fields.text("Mật khẩu", kind=InputKind.SECRET)

    asked = Form()
    sent = typed(word="   ", secret=" ab ")
    taken = {name: field.take(sent, name) for name, field in asked.fields.items()}
    assert taken == {"word": (), "secret": (" ab ",)}


def test_all_blanks_of_a_form_are_named_in_its_order():
    with pytest.raises(CommandError) as refused:
        ProductForm().values(typed(gtin="1"))
    assert [problem.field for problem in refused.value.problems] == ["name", "template", "code", "origin"]


@pytest.mark.parametrize("text", ["1,5", "nửa", "1.5", "", "١٢"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(CommandError):
        ProductForm().values(
            typed(name="N", template="honey", code="N", origin="VN", shelf_life_days=text or "x")
        )


def test_pack_sizes_are_whole_grams_between_semicolons():
    sent = typed(name="N", template="honey", code="N", origin="VN", net_options_g="250; 1.000 ;")
    assert ProductForm().values(sent)["net_options_g"] == (250, 1000)


# -- lots ---------------------------------------------------------------------------------------------------


def test_a_lot_is_taken_whole_in_part_or_not_at_all():
    sent = typed(**{LOT: ["a", "b", "c"], AMOUNT: ["", "20,5", ""], LEFT: ["1.000,5", "50", "7"], ALL: ["a"]})
    assert read_portions(sent) == (("a", Decimal("1000.5")), ("b", Decimal("20.5")))


def test_the_tick_counts_where_an_amount_stands_beside_it():
    sent = typed(**{LOT: ["a"], AMOUNT: ["3"], LEFT: ["9"], ALL: ["a"]})
    assert read_portions(sent) == (("a", Decimal(9)),)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {LOT: ["a"], AMOUNT: [""], LEFT: ["5"]},
        {LOT: ["a"], AMOUNT: ["x"], LEFT: ["5"]},
        {LOT: ["a"], AMOUNT: ["1"]},
    ],
)
def test_nothing_taken_is_a_problem_of_the_question(columns):
    with pytest.raises(CommandError) as refused:
        read_portions(typed(**columns))
    assert {problem.field for problem in refused.value.problems} == {"inputs"}


def test_outputs_are_read_line_by_line():
    sent = typed(**{PRODUCT: ["", "NHO2", ""], MADE: ["60", "30,5", ""]})
    assert read_outputs(sent) == ((None, Decimal(60)), ("NHO2", Decimal("30.5")))


@pytest.mark.parametrize("made", [[""], ["12.5"], ["nhiều"]])
def test_outputs_without_an_amount_are_refused(made):
    with pytest.raises(CommandError):
        read_outputs(typed(**{PRODUCT: [""], MADE: made}))


@given(
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=8), st.text(max_size=8)), max_size=5),
    st.lists(st.text(max_size=5), max_size=3),
)
def test_whatever_is_sent_as_lots_is_read_or_refused(lines, every):
    columns = list(zip(*lines, strict=True)) or [(), (), ()]
    sent = Typed({LOT: columns[0], AMOUNT: columns[1], LEFT: columns[2], ALL: tuple(every)})
    try:
        found = read_portions(sent)
    except CommandError as error:
        found = error.problems
    assert found


# -- codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["7K3M9QX2W4TD1", " 7K3M9QX2W4TD1 ", "HTTPS://SO.VN/S/7K3M9QX2W4TD1", "http://so.vn/s/7K3M9QX2W4TD1/"],
)
def test_a_code_is_found_in_what_a_scanner_gives(text):
    assert read_code(text) == "7K3M9QX2W4TD1"


def test_codes_stand_one_a_line_or_with_commas():
    assert read_codes("A\nHTTP://X/S/B\n\n , C;D") == ("A", "B", "C", "D")


# -- what is shown ------------------------------------------------------------------------------------------


def test_what_was_typed_stands_in_the_form_but_never_a_secret():
    inputs = (Input("a", "A"), Input("s", "S", InputKind.SECRET), Input("c", "C", InputKind.CHOICES))
    filled = fill(inputs, typed(a="1", s="2", c=["x", "y"]), {"a": "sai"})
    assert [item.values for item in filled] == [("1",), (), ("x", "y")]
    assert [item.error for item in filled] == ["sai", "", ""]


def test_first_answers_are_kept_apart_from_nothing():
    first, second = preset((Input("a", "A"), Input("b", "B")), {"a": "1", "b": ""})
    assert (first.value, second.value, second.values) == ("1", "", ())


def test_many_options_and_people_are_a_list():
    few, many = (Option("1", "1"),), tuple(Option(str(n), str(n)) for n in range(7))
    assert not Input("a", "A", InputKind.CHOICE, options=few).is_list
    assert Input("a", "A", InputKind.CHOICE, options=many).is_list
    assert Input("a", "A", InputKind.CHOICE, options=few, as_list=True).is_list


@pytest.mark.parametrize(
    ("error", "names", "by_name", "panel"),
    [
        (CommandError(Problem("a", "x"), Problem("b", "y")), {"a"}, {"a": "x"}, ("y",)),
        (CommandError(Problem("a", "x"), Problem("a", "y")), {"a"}, {"a": "x y"}, ()),
        (CommandError(Problem("quantity", "x")), {"v-quantity"}, {"v-quantity": "x"}, ()),
        (FieldErrors("s", (FieldProblem("k", "x"),)), {"v-k"}, {"v-k": "x"}, ()),
        (FieldErrors("s", (FieldProblem("pack_count", "x"),)), {"packs"}, {"packs": "x"}, ()),
        (DoneDateError("m", sentence="x"), {"packed_on"}, {"packed_on": "x"}, ()),
        (PhotoError("m", sentence="x"), {"photos"}, {"photos": "x"}, ()),
        (PhotoError("m", sentence="x"), set(), {}, ("x",)),
        (GuardError("s", (Violation("g", "x"), Violation("h", "y"))), {"g"}, {}, ("x", "y")),
    ],
)
def test_a_refusal_stands_where_it_belongs(error, names, by_name, panel):
    refusal = refuse(error, names)
    assert (refusal.by_name, refusal.sentences) == (by_name, panel)
    assert refusal


def test_a_name_that_is_taken_stands_beside_the_code_or_the_login():
    assert refuse(AlreadyExistsError("x", "y"), {"login"}).by_name.keys() == {"login"}


def test_the_guards_that_refused_are_known_by_their_codes():
    assert refuse(GuardError("s", (Violation("g", "x"),)), ()).guards == ("g",)


def test_a_table_is_a_line_a_value():
    step = next(s for t in TEMPLATES.values() for s in t.steps for f in s.fields if f.type == "table")
    key = next(field.key for field in step.fields if field.type == "table")
    sent = typed(**{f"{VALUE}{key}": "Thăn: 12,5\n\n Mông: 20 "})
    assert step_values(step, sent)[key] == ["Thăn: 12,5", "Mông: 20"]


# -- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lot",
    [
        lot_uri("http://127.0.0.1:8000", "K7QM2X9T4D", "NHO", "261112-1"),
        gs1_lot_uri("08938501234568", "LOT-7"),
        gs1_lot_uri("08938501234568", "A/7"),
        "urn:epc:class:lgtin:4012345.012345.998877",
        "https://example.com/lô/một",
    ],
)
def test_every_lot_has_one_address(desk, lot):
    with desk.app.test_request_context():
        converter = LotPath(desk.app.url_map)
        assert converter.to_python(converter.to_url(lot)) == lot


@pytest.mark.parametrize("path", ["", "x", "~x", "~/w==", "AAAAAAAAAA/class/X", "01/1/10/1", "a" * 600])
def test_what_names_no_lot_is_no_address(desk, path):
    with desk.app.test_request_context(), pytest.raises(ValidationError):
        LotPath(desk.app.url_map).to_python(path)
