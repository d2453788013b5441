"""One lot's record in the forms that others ask for: ``/exchange/{form}?lot=…``, with an access token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.authority import authority_archive, epcis_document
from ledger.coop.exchange.eudr import MEDIA_TYPE, plots_of_land
from ledger.coop.exchange.event_queries import Asker
from ledger.coop.exchange.fsma204 import fsma_rows
from ledger.coop.exchange.lot_records import LotRecord, read_lot_record
from ledger.coop.exchange.sheet_files import format_sheets
from ledger.coop.exchange.vietnam_sheet import vietnam_sheets
from ledger.trace.errors import QueryParameterError
from ledger.trace.identifiers import lot_code_of
from web.epcis.binding import asker
from web.epcis.problems import problem
from web.state import current

blueprint = Blueprint("exchange", __name__, url_prefix="/exchange")
blueprint.register_error_handler(Exception, problem)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_NAME = 300


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a record: its media type, how its file ends, and what makes it."""

    media: str
    ending: str
    make: Callable[[Session, Asker, LotRecord], bytes]


def _epcis(_: Session, who: Asker, record: LotRecord) -> bytes:
    return orjson.dumps(epcis_document(record, who.now))


def _fsma(_: Session, __: Asker, record: LotRecord) -> bytes:
    return format_sheets({"FSMA 204": fsma_rows(record)})


def _vietnam(_: Session, __: Asker, record: LotRecord) -> bytes:
    return format_sheets(vietnam_sheets(record))


def _eudr(_: Session, __: Asker, record: LotRecord) -> bytes:
    return orjson.dumps(plots_of_land(record))


FORMS: Mapping[str, Form] = {
    "epcis": Form("application/ld+json", "jsonld", _epcis),
    "fsma204": Form(XLSX, "xlsx", _fsma),
    "nd37": Form(XLSX, "xlsx", _vietnam),
    "eudr": Form(MEDIA_TYPE, "geojson", _eudr),
    "authority": Form("application/zip", "zip", authority_archive),
}


@blueprint.get("/<form>", strict_slashes=True)
def record(form: str) -> Response:
    """The record of the lot named by ``lot``, as a file."""
    who = asker()
    wanted = FORMS.get(form)
    if wanted is None:
        raise NotFoundError("dạng xuất", form[:40])
    name = request.args.get("lot", "")
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise QueryParameterError("lot", "là mã lô, như trên trang của lô hàng")
    return make_file(form, wanted, who, name)


def make_file(form: str, wanted: Form, who: Asker, name: str) -> Response:
    """The file of one form, as ``who`` sees the lot that ``name`` names.

    Raises ``NotFoundError``, and what the form's maker raises.
    """
    lot, data = current().ledger.read(_make, who, wanted, name)
    response = Response(data, content_type=wanted.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{lot}-{form}.{wanted.ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _make(session: Session, who: Asker, wanted: Form, name: str) -> tuple[str, bytes]:
    found = read_lot_record(session, who, name)
    code = "".join(sign for sign in lot_code_of(found.lot.lot) if sign.isalnum() or sign in "-_.")
    return code or "lot", wanted.make(session, who, found)
