"""Which paper is taken for a design when nobody names one."""

import pytest

from labels import BUILT_IN, PaperError
from labels.design_files import Design
from web.paper.print_layouts import fitting_paper


@pytest.mark.parametrize(
    ("design", "sheet", "roll"),
    [
        ("stamp_50x30", "a4_cut_50x30", "roll_50x30"),
        ("stamp_45x25", "avery_l7654", "roll_50x30"),
        ("stamp_40x30", "a4_cut_40x30", "roll_40x30"),
        ("stamp_38x21", "avery_l7651", "roll_40x30"),
        ("pallet_sscc_148x105", "a4_cut_148x105", "roll_148x105"),
    ],
)
def test_a_design_goes_on_the_paper_of_its_size(design, sheet, roll):
    assert fitting_paper(BUILT_IN[design], "pdf") == sheet
    assert fitting_paper(BUILT_IN[design], "zpl") == roll


def test_a_design_of_an_odd_size_goes_on_plain_paper_not_on_a_makers_larger_labels():
    assert fitting_paper(Design("odd", "Lạ", 60, 33, "", ""), "pdf") == "a4_cut_70x50"


def test_a_design_larger_than_any_paper_is_refused():
    with pytest.raises(PaperError):
        fitting_paper(Design("huge", "To", 209, 290, "", ""), "pdf")
