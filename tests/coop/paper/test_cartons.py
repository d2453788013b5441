from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    LotStateError,
    NotAllowedError,
    NotFoundError,
    RepeatConflictError,
)
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.paper.carton_queries import (
    find_carton,
    read_carton_job,
    read_carton_jobs,
    read_carton_reprints,
)
from ledger.coop.paper.cartons import (
    PALLET_SPEC,
    MarkCartonsPrinted,
    ReserveCartons,
    VoidCartons,
    mark_cartons_printed,
    reserve_cartons,
    void_cartons,
)
from ledger.coop.paper.company_prefixes import SavePrefix, find_prefix, save_prefix
from ledger.coop.paper.label_designs import SaveDesign, save_design
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.print_tables import CompanyPrefixRow
from ledger.coop.recalls.recalls import Recall, recall

URL = "https://so.example.vn"
PREFIX = "893456789"


def reserve(world, lot, count=4, packs_each=24, *, kind="carton", who=Role.PACKER, **more):
    command = ReserveCartons(lot, kind, count, packs_each, more.pop("url_base", URL), **more)
    return world.run(reserve_cartons, command, who)


def give_prefix(world, prefix=PREFIX, who=Role.MANAGER):
    return world.run(save_prefix, SavePrefix(prefix), who)


def test_cartons_without_a_prefix_get_codes_of_our_own(world):
    lot = world.sealed(100)
    job = reserve(world, lot)
    codes = [job.code(number) for number in range(job.count)]
    assert len(set(codes)) == 4
    assert all(len(code) == 14 and code[0] == "T" for code in codes)
    assert job.url(0) == f"HTTPS://SO.EXAMPLE.VN/C/{codes[0]}"
    found = world.read(find_carton, codes[3].lower())
    assert (found.code, found.lot, found.organisation, found.packs, found.is_voided) == (
        codes[3],
        lot,
        world.coop.code,
        24,
        False,
    )


def test_cartons_with_a_prefix_get_ssccs_that_go_on_from_job_to_job(world):
    give_prefix(world)
    lot = world.sealed(100)
    first, second = reserve(world, lot, 2), reserve(world, lot, 2)
    codes = [job.code(number) for job in (first, second) for number in range(2)]
    assert [code[:-1] for code in codes] == [f"0{PREFIX}{serial:07}" for serial in range(4)]
    assert second.printed_code(1) == f"(00) 0 {PREFIX} {codes[3][-8:-1]} {codes[3][-1]}"
    assert second.element_string(1) == f"00{codes[3]}"
    assert second.url(1) == f"HTTPS://SO.EXAMPLE.VN/00/{codes[3]}"
    assert {world.read(find_carton, code).lot for code in codes} == {lot}
    assert world.read(find_prefix, world.coop.code).left == 10**8 - 4


def test_code_that_was_never_given_out_is_unknown(world):
    give_prefix(world)
    job = reserve(world, world.sealed(100), 2)
    beyond = replace(job, count=3).code(2)
    own = replace(job, first_sscc=None, own_series="ABCDEFGH").code(0)
    for text in (beyond, own, job.code(0)[:-1], "", "abc", "9" * 400):
        assert world.read(find_carton, text) is None


def test_letter_of_a_pallet_on_a_cartons_number_is_unknown(world):
    job = reserve(world, world.sealed(100))
    as_pallet = replace(job, kind=type(job.kind).PALLET).code(0)
    assert world.read(find_carton, as_pallet) is None


def test_pallets_are_counted_apart_from_cartons(world):
    lot = world.sealed(200)
    reserve(world, lot, 8, 25)
    pallet = reserve(world, lot, 1, 200, kind="pallet", spec=PALLET_SPEC)
    assert pallet.code(0)[0] == "P"
    assert pallet.spec == PALLET_SPEC


def test_never_more_cartons_than_the_packs_fill(world):
    lot = world.sealed(100)
    reserve(world, lot, 3, 24)
    with pytest.raises(CommandError) as caught:
        reserve(world, lot, 2, 24)
    assert "còn 28 gói" in caught.value.sentence
    assert "= 48 gói" in caught.value.sentence
    reserve(world, lot, 1, 24)
    reserve(world, lot, 1, 4)  # the last carton is not full


def test_voided_job_gives_its_packs_back_and_its_codes_say_so(world):
    lot = world.sealed(100)
    job = reserve(world, lot, 4, 25)
    for reason in ("", "  "):
        with pytest.raises(CommandError):
            world.run(void_cartons, VoidCartons(job.id, reason), Role.PACKER)
    world.run(void_cartons, VoidCartons(job.id, "xếp lại thùng 20 gói"), Role.PACKER)
    assert world.read(find_carton, job.code(0)).is_voided
    assert reserve(world, lot, 5, 20).count == 5
    for again in (
        lambda: world.run(void_cartons, VoidCartons(job.id, "lần nữa"), Role.PACKER),
        lambda: world.run(mark_cartons_printed, MarkCartonsPrinted(job.id), Role.PACKER),
    ):
        with pytest.raises(CommandError):
            again()


def test_reprint_needs_a_reason_and_keeps_the_codes(world):
    job = reserve(world, world.sealed(100))
    printed = world.run(mark_cartons_printed, MarkCartonsPrinted(job.id), Role.PACKER)
    assert (printed.is_printed, printed.reprints) == (True, 0)
    with pytest.raises(CommandError):
        world.run(mark_cartons_printed, MarkCartonsPrinted(job.id), Role.PACKER)
    again = world.run(mark_cartons_printed, MarkCartonsPrinted(job.id, "kẹt giấy"), Role.MANAGER)
    assert (again.reprints, again.code(3)) == (1, job.code(3))
    manager = world.actors[Role.MANAGER]
    kept = world.read(read_carton_reprints, manager, job.id)
    assert [(item.account_id, item.reason) for item in kept] == [(manager.account_id, "kẹt giấy")]


def test_job_keeps_what_its_labels_say_and_how_they_are_printed(world):
    lot = world.sealed(100)
    job = reserve(
        world, lot, spec=PrintSpec(file="zpl", paper="roll_100x70", design="carton_100x70", dpi=300)
    )
    kept = world.read(read_carton_job, world.actors[Role.MANAGER], job.id)
    assert kept == job
    assert (kept.facts.product_name, kept.facts.lot_code) == ("Nho hạ đen", lot.rpartition(".")[2])
    assert world.read(read_carton_jobs, world.actors[Role.MANAGER], lot) == (job,)


def test_second_click_gives_the_same_cartons(world):
    lot = world.sealed(100)
    first = reserve(world, lot, idempotency_key="form-1")
    assert reserve(world, lot, idempotency_key="form-1") == first
    assert world.read(read_carton_jobs, world.actors[Role.MANAGER], lot) == (first,)
    with pytest.raises(RepeatConflictError):
        reserve(world, lot, 2, idempotency_key="form-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "barrel"},
        {"count": 0},
        {"count": 10_001},
        {"count": 10_000_000},
        {"packs_each": 0},
        {"packs_each": 1_000_001},
        {"url_base": "ftp://so.example.vn"},
        {"url_base": "https://so.example.vn/"},
        {"spec": PrintSpec(dpi=96)},
        {"spec": PrintSpec(has_secret=True)},
    ],
)
def test_order_with_bad_values_is_refused(world, wrong):
    lot = world.sealed(100)
    with pytest.raises(CommandError):
        reserve(world, lot, **wrong)
    assert world.read(read_carton_jobs, world.actors[Role.MANAGER], lot) == ()


def test_loose_and_recalled_lots_get_no_cartons(world):
    with pytest.raises(LotStateError):
        reserve(world, world.harvested())
    lot = world.packed(packs=100)
    world.run(seal, Seal(lot), Role.PACKER)
    world.run(recall, Recall(lot, "dư lượng", "cả lô", "HTX", "đem trả", "0259 388 1122"))
    with pytest.raises(LotStateError) as caught:
        reserve(world, lot)
    assert "thu hồi" in caught.value.sentence


def test_own_design_is_the_cooperatives_own(world):
    lot = world.sealed(100)
    design = SaveDesign("THUNG", "Tem thùng", "<p>$lot</p>", "", Decimal(100), Decimal(70))
    ours = world.run(save_design, design, Role.PACKER)
    theirs = world.run(save_design, design, world.neighbour_manager)
    job = reserve(world, lot, 1, spec=PrintSpec(paper="a4_cut_100x70", design=ours.spec_name))
    assert job.spec.own_design == ours.id
    with pytest.raises(NotFoundError):
        reserve(world, lot, 1, spec=PrintSpec(paper="a4_cut_100x70", design=theirs.spec_name))


def test_labels_of_a_recalled_lot_are_not_printed_again(world):
    lot = world.sealed(100)
    job = reserve(world, lot)
    world.run(recall, Recall(lot, "dư lượng", "cả lô", "HTX", "đem trả", "0259 388 1122"))
    with pytest.raises(LotStateError):
        world.run(mark_cartons_printed, MarkCartonsPrinted(job.id), Role.PACKER)
    assert world.read(find_carton, job.code(0)).lot == lot  # its page tells of the recall


def test_neighbour_neither_orders_reads_prints_nor_voids(world):
    lot = world.sealed(100)
    job = reserve(world, lot)
    neighbour = world.neighbour_manager
    for work in (
        lambda: reserve(world, lot, who=neighbour),
        lambda: world.run(mark_cartons_printed, MarkCartonsPrinted(job.id), neighbour),
        lambda: world.run(void_cartons, VoidCartons(job.id, "x"), neighbour),
        lambda: world.read(read_carton_job, neighbour, job.id),
        lambda: world.read(read_carton_reprints, neighbour, job.id),
    ):
        with pytest.raises(NotFoundError):
            work()
    assert world.read(read_carton_jobs, neighbour, lot) == ()
    with pytest.raises(NotAllowedError):
        reserve(world, lot, who=Role.GROWER)


def test_prefix_is_one_cooperatives_own(world):
    give_prefix(world)
    for theirs in (PREFIX, PREFIX + "1", PREFIX[:-1]):
        with pytest.raises(AlreadyExistsError):
            give_prefix(world, theirs, world.neighbour_manager)
    with pytest.raises(AlreadyExistsError):
        give_prefix(world, PREFIX + "1")  # its numbers would lie among the first one's
    assert world.read(find_prefix, world.neighbour.code) is None
    with pytest.raises(NotAllowedError):
        give_prefix(world, "8930001", Role.PACKER)


def test_prefix_filed_again_goes_on_where_it_was(world):
    lot = world.sealed(100)
    give_prefix(world)
    reserve(world, lot, 1)
    give_prefix(world, "8930001")
    other = reserve(world, lot, 1)
    assert other.code(0).startswith("08930001")
    give_prefix(world)
    again = reserve(world, lot, 1)
    assert again.code(0).startswith(f"0{PREFIX}0000001")
    assert [job.company_prefix for job in (other, again)] == ["8930001", PREFIX]


def test_prefix_without_numbers_left_gives_none(world):
    def use_up(unit, given):
        unit.session.get(CompanyPrefixRow, "893456789012").given = given

    give_prefix(world, "893456789012")  # 10 extension digits with 10,000 numbers each
    lot = world.sealed(100)
    world.ledger.write(use_up, 9_999)
    assert reserve(world, lot, 2).code(0).startswith("18934567890120000")  # never across an extension digit
    world.ledger.write(use_up, 99_999)
    with pytest.raises(CommandError) as caught:
        reserve(world, lot, 2)
    assert "hết số SSCC" in caught.value.sentence
    assert reserve(world, lot, 1).code(0).startswith("98934567890129999")
