"""Cards to sign in by: each with its own symbol, name and code, ten on a sheet."""

from dataclasses import replace

import pypdfium2
import pytest

from labels.cards import CARD_LIMITS, CARDS_LIMIT, SignInCard, cards_pdf
from labels.errors import (
    FIELD_NAMES,
    FieldMissingError,
    FieldTooLongError,
    MissingGlyphError,
    TooManyLinesError,
)
from labels.raster import page_image
from tests.labels.printed import read_codes
from tests.labels.written import words_of

CARD = SignInCard(
    url="https://so.example.vn/hop-tac-xa/dang-nhap/the#0123456789ABCDEFGHJKMNPQRS",
    organisation="HTX Nho Đồi Mây",
    name="Nguyễn Thị Hường",
    typed="01234 56789 ABCDE FGHJK MNPQR S",
    code="tv01.k7m2p9q4x3",
    remark="Giữ như chìa khóa nhà.",
)


def cards(count):
    return tuple(replace(CARD, url=f"{CARD.url[:-2]}{n:02d}", name=f"Người thứ {n}") for n in range(count))


def test_every_card_has_a_symbol_that_opens_the_door():
    made = cards(11)
    pdf = cards_pdf(made)
    seen = [code for page in (0, 1) for code in read_codes(page_image(pdf, 300, page))]
    assert sorted(seen) == [card.url for card in made]


def test_a_card_says_whose_it_is_and_what_to_type():
    words = " ".join(words_of(cards_pdf((CARD,))))
    for text in (CARD.organisation, CARD.name, CARD.typed, CARD.code, CARD.remark, "Quét để vào sổ"):
        assert text in words


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2)])
def test_ten_cards_fill_a_sheet(count, pages):
    document = pypdfium2.PdfDocument(cards_pdf(cards(count)))
    assert len(document) == pages
    document.close()


def test_markup_in_a_name_stays_a_name():
    assert "<b>Hoa</b>" in " ".join(words_of(cards_pdf((replace(CARD, name="<b>Hoa</b>"),))))


def test_the_longest_texts_stay_on_their_card():
    long = replace(CARD, organisation="Hợp tác xã " * 10, name="Nguyễn Thị " * 10, code="t" * 40)
    document = pypdfium2.PdfDocument(cards_pdf((long,) * 10))
    assert len(document) == 1
    document.close()


@pytest.mark.parametrize("field", ["organisation", "name", "typed"])
def test_a_card_without_what_it_needs_is_refused(field):
    with pytest.raises(FieldMissingError):
        cards_pdf((replace(CARD, **{field: "  "}),))


@pytest.mark.parametrize("field", CARD_LIMITS)
def test_every_text_has_a_limit_and_a_name(field):
    assert field in FIELD_NAMES
    with pytest.raises(FieldTooLongError):
        cards_pdf((replace(CARD, **{field: "a" * (CARD_LIMITS[field] + 1)}),))


def test_a_letter_that_the_typeface_has_not_is_named():
    with pytest.raises(MissingGlyphError):
        cards_pdf((replace(CARD, name="Hoa 🌻"),))


@pytest.mark.parametrize("count", [0, CARDS_LIMIT + 1])
def test_a_file_has_a_limit(count):
    with pytest.raises(TooManyLinesError):
        cards_pdf((CARD,) * count)


def test_the_same_cards_are_the_same_bytes_and_no_secret_is_printed_by_accident():
    assert cards_pdf((CARD,)) == cards_pdf((CARD,))
    assert CARD.url not in repr(CARD)
    assert CARD.typed not in repr(CARD)
