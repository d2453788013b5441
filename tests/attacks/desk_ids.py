"""Things of a distributor's desk, by the names under which the console's routes ask for them."""

from decimal import Decimal

from ledger.coop.actors import Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.desk.checking import check_codes
from ledger.coop.desk.keeping import KeepCheck, keep_check
from ledger.coop.desk.typed_codes import read_typed
from ledger.coop.goods.receiving import Receive, receive
from tests.support.desk import picture


def desk_ids(world, lot):
    """A check of the manager's, and a shipment that was not taken in, with the receiver's photo of why."""
    typed = read_typed(world.codec(), world.codec().format(1))
    check = world.read(check_codes, world.actors[Role.MANAGER], typed, now=world.clock(), today=world.today)
    photo = encode_photo(picture((1, 2, 3))[0].getvalue())
    photo = world.ledger.write(keep_document, world.receiver, photo, DocumentKind.DELIVERY)
    code = world.shipped(lot, 5).code
    command = Receive(
        shipment=code, counted=Decimal(0), reason="Nho hạ đen dập", documents=(photo,), done_on=world.today
    )
    world.run(receive, command, world.receiver)
    return {
        "check_id": world.run(keep_check, KeepCheck(check=check)).id,
        "console.desk_result": {"kind": "json"},
        "console.settle_shipment": {"code": code},
        "console.difference_photo": {"code": code, "name": photo.digest.removeprefix("ni:///sha-256;")},
    }
