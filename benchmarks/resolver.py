"""The resolver: what a scanned GS1 code is answered with, in this process, beside the emptiest page."""

from __future__ import annotations

from typing import Any

from benchmarks._asked_shop import Question, asked_shop, measure

LINKSET = "application/linkset+json"
AIM_MS = 10


def run(rounds: int = 100) -> list[dict[str, Any]]:
    """Redirects and linksets of a lot, by GS1's names and our own; and a code that nobody has."""
    with asked_shop() as shop:
        nobodys = shop.gs1_path.rpartition("/")[0] + "/KHONG-CO"
        questions = [
            Question("lot by GTIN: its page", shop.gs1_path, 307, aim_ms=AIM_MS),
            Question("lot by GTIN: one kind of link", f"{shop.gs1_path}?linkType=gs1:hasRetailers", 307),
            Question("lot by GTIN: its linkset", f"{shop.gs1_path}?linkType=linkset", aim_ms=AIM_MS),
            Question("lot by its own name: its linkset", shop.lot_path, headers={"Accept": LINKSET}),
            Question("description of the resolver", "/.well-known/gs1resolver"),
            Question("lot that nobody made: walked up to its product", nobodys, 307),
        ]
        return list(measure("resolver", shop.client, questions, rounds))
