"""Credentials of a sealed lot: handed out by the application, and made, beside one signature."""

from __future__ import annotations

from typing import Any

from benchmarks._asked_shop import AskedShop, Question, asked_shop, measure
from benchmarks._rounds import alternately, row
from ledger.trace.issuing import lot_credential, lot_vc_jwt
from signing.keys import PrivateKey

AIM_MS, AIM_MADE_MS = 5, 100
SIGNATURES = 100


def run(rounds: int = 100) -> list[dict[str, Any]]:
    """What was made before, asked for again; then both forms made anew from the log."""
    with asked_shop() as shop:
        organisation = shop.coop.manager.organisation
        questions = [
            Question("lot's credential, proof inside, kept", f"{shop.lot_path}/credential", aim_ms=AIM_MS),
            Question("lot's credential as a token, kept", f"{shop.lot_path}/credential.jwt", aim_ms=AIM_MS),
            Question("keys of an organisation (did:web)", f"/{organisation}/did.json", aim_ms=AIM_MS),
            Question("status list", f"/{organisation}/status/revocation/1", aim_ms=AIM_MS),
        ]
        return [*measure("credentials", shop.client, questions, rounds), *made(shop)]


def made(shop: AskedShop) -> list[dict[str, Any]]:
    """Read, verified entry by entry, and signed: what a program that asks for the first time waits for."""
    ledger, key = shop.coop.ledger, PrivateKey.generate()

    def signatures() -> None:
        for number in range(SIGNATURES):
            key.sign(b"%d" % number)

    embedded, token, signed = alternately(
        lambda: ledger.read(lot_credential, shop.lot),
        lambda: ledger.read(lot_vc_jwt, ledger.vault, shop.lot),
        signatures,
    )
    against = ("one Ed25519 signature", 1_000 * signed / SIGNATURES)
    return [
        row("credentials", f"lot's credential {form}, made", 1_000 * taken, "ms", against=against,
            aim=f"≤ {AIM_MADE_MS} ms", met=1_000 * taken <= AIM_MADE_MS)
        for form, taken in (("with its proof inside", embedded), ("as a token", token))
    ]  # fmt: skip
