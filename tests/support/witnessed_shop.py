"""The shop of ``tests.support.shop`` with two witnesses and a published checkpoint that both cosigned."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from ledger.log.policies import NamedWitness, TrustPolicy
from ledger.log.witnesses import WitnessKey
from ledger.witness.errors import SizeConflictError
from ledger.witness.publisher import Plan, Publisher, Round
from tests.support.shop import Shop, open_shop
from tests.support.witnessing import answering, new_service
from web.app import make_app
from web.state import make_state

NAMES = ("Liên_minh_HTX_Ninh_Thuận", "Siêu_thị_Bến_Thành")


@dataclass
class WitnessedShop:
    """``down`` are the numbers (1, 2) of witnesses that do not answer. Its clock is the market's."""

    shop: Shop
    app: Flask
    policy: TrustPolicy
    down: set[int]

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def keys(self) -> tuple[WitnessKey, ...]:
        return self.policy.keys

    def publish(self, **plan: object) -> Round | None:
        ledger, clock = self.shop.market.world.ledger, self.shop.market.clock
        publisher = Publisher(ledger, Plan(policy=self.policy, **plan), clock=clock)
        done = publisher.publish()
        publisher.finish()
        self.shop.second()
        return done


def open_witnessed_shop(template: Path, folder: Path) -> Iterator[WitnessedShop]:
    """A new shop with everything published; closed at the end."""
    for shop in open_shop(template, folder):
        with ExitStack() as stack:
            down: set[int] = set()
            witnesses = tuple(
                _witness(shop, folder, number, down, stack) for number in range(1, len(NAMES) + 1)
            )
            policy = TrustPolicy((), witnesses, 2, NAMES)
            config = replace(shop.config, witnesses=policy)
            market = shop.market
            state = make_state(config, market.world.ledger, clock=market.clock, ticks=shop.ticks)
            witnessed = WitnessedShop(shop, make_app(state), policy, down)
            witnessed.publish()
            yield witnessed


def _witness(shop: Shop, folder: Path, number: int, down: set[int], stack: ExitStack) -> NamedWitness:
    ledger, clock = shop.market.world.ledger, shop.market.clock
    service = new_service(folder / f"w{number}.db", ledger.vkey, number=number, clock=clock)
    stack.callback(service.register.close)

    def answer(_path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if number in down:
            return 503, {}, b"down\n"
        try:
            return 200, {}, service.add_checkpoint(body)
        except SizeConflictError as error:
            return 409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % error.size

    return NamedWitness(NAMES[number - 1], service.key, stack.enter_context(answering(answer)))
