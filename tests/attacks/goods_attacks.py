"""What a neighbour may try with goods in the house, samples and certificates."""

from collections.abc import Callable
from typing import Any

from ledger.coop.attachments.documents import EraseDocument
from ledger.coop.goods.opening_packs import OpenPacks
from ledger.coop.goods.orchard_sales import SellAtOrchard
from ledger.coop.goods.receiving_deliveries import Count, ReceiveDelivery
from ledger.coop.goods.settling import Settle
from ledger.coop.goods.stock_places import StoreGoods
from ledger.coop.goods.stocktaking import Count as StockCount
from ledger.coop.goods.stocktaking import TakeStock
from ledger.coop.paper.carton_filling import EmptyCarton, FillCartons, LoadPallet
from ledger.coop.quality.releasing import ReleaseLot
from ledger.coop.quality.samples import SendSample, TakeSample
from ledger.coop.registers.certificates import EndCertificate
from tests.attacks.victims import DAY, KG, Victim, report

GOODS_ATTACKS: dict[str, list[Callable[[Victim], Any]]] = {
    "sell_at_orchard": [
        lambda v: SellAtOrchard(season=v.season, done_on=v.world.today, values={"quantity": "1"}),
        lambda v: SellAtOrchard(
            season=v.own_season, done_on=v.world.today, values={"quantity": "1"}, to_partner=v.partner
        ),
    ],
    "store_goods": [
        lambda v: StoreGoods(lot=v.raw, to_place="CUAMINH", done_on=v.world.today),
        lambda v: StoreGoods(lot=v.own_raw, to_place="VUON1", done_on=v.world.today),
        lambda v: StoreGoods(lot=v.own_raw, to_place="CUAMINH", from_place="VUON1", done_on=v.world.today),
    ],
    "take_stock": [
        lambda v: TakeStock(counts=(StockCount(v.raw, KG),), done_on=v.world.today),
        lambda v: TakeStock(
            counts=(StockCount(v.own_raw, KG, "lost"),), place="VUON1", done_on=v.world.today
        ),
    ],
    "open_packs": [lambda v: OpenPacks(lot=v.packs, packs=1, reason="trộm", done_on=v.world.today)],
    "take_sample": [lambda v: TakeSample(lot=v.raw, done_on=v.world.today)],
    "send_sample": [lambda v: SendSample(sample=v.sample, lab="x", sent_on=v.world.today)],
    "file_result": [
        lambda v: report(v, sample=v.sample),
        lambda v: report(v, lot=v.raw),
    ],
    "release_lot": [lambda v: ReleaseLot(lot=v.sealed, reason="không có lý do gì cả", done_on=v.world.today)],
    "fill_cartons": [lambda v: FillCartons(job=v.cartons, first=1, last=1, done_on=v.world.today)],
    "load_pallet": [
        lambda v: LoadPallet(job=v.cartons, number=1, cartons=(v.full_carton,), done_on=v.world.today)
    ],
    "empty_carton": [lambda v: EmptyCarton(code=v.full_carton, done_on=v.world.today)],
    "erase_document": [lambda v: EraseDocument(digest=v.paper)],
    "receive_delivery": [lambda v: ReceiveDelivery(counts=(Count(v.shipment, KG),), done_on=v.world.today)],
    "settle": [lambda v: Settle(shipment=v.shipment, returned=KG, done_on=v.world.today)],
    "end_certificate": [lambda v: EndCertificate(v.certificate, DAY)],
}
