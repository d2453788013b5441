"""The EPCIS event of a step, as the working books write it (docs/spec/event-json.md). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ledger.coop.attachments.photos import Photo
from ledger.trace.events.flows import EACH
from ledger.trace.sectors.templates import Step
from ledger.trace.units import VIETNAM, format_json_number

DESPATCH_ADVICE = "desadv"
RECEIVING_ADVICE = "recadv"
MAX_PHOTOS = 10


@dataclass(frozen=True, slots=True)
class Amount:
    """Some of a lot, in ``uom`` (``EA`` for pieces); without a quantity the lot is only named."""

    lot: str
    quantity: Decimal | None = None
    uom: str | None = None

    def element(self) -> dict[str, Any]:
        """The EPCIS quantity element (§7.3.3.3): things that are counted carry no unit of measure."""
        element: dict[str, Any] = {"epcClass": self.lot}
        if self.quantity is not None:
            element["quantity"] = format_json_number(self.quantity)
            if self.uom not in (None, EACH):
                element["uom"] = self.uom
        return element


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, where and how well attested something was done."""

    done_at: datetime
    place: str | None = None
    photos: tuple[Photo, ...] = ()

    @property
    def evidence(self) -> str:
        """``photo`` or ``self``: who records on another's behalf is no second witness."""
        return "photo" if self.photos else "self"


def object_event(
    step: Step, template: str, occasion: Occasion, fields: Mapping[str, Any], amounts: Sequence[Amount]
) -> dict[str, Any]:
    """An ObjectEvent about ``amounts``: they came to be (``ADD``), or something was done to them."""
    event = _event(step, template, occasion, fields)
    event["action"] = step.action
    event["quantityList"] = [amount.element() for amount in amounts]
    return event


def transformation_event(
    step: Step,
    template: str,
    occasion: Occasion,
    fields: Mapping[str, Any],
    *,
    inputs: Sequence[Amount],
    outputs: Sequence[Amount],
) -> dict[str, Any]:
    """A TransformationEvent: ``inputs`` were used up to make ``outputs``; every input is kept."""
    event = _event(step, template, occasion, fields)
    event["inputQuantityList"] = [amount.element() for amount in inputs]
    event["outputQuantityList"] = [amount.element() for amount in outputs]
    return event


def aggregation_event(
    step: Step,
    template: str,
    occasion: Occasion,
    fields: Mapping[str, Any],
    *,
    parent: str,
    amounts: Sequence[Amount] = (),
    units: Sequence[str] = (),
) -> dict[str, Any]:
    """An AggregationEvent (EPCIS §7.4.3): ``amounts`` and ``units`` went into ``parent``, or out of it."""
    event = _event(step, template, occasion, fields)
    event["action"] = step.action
    event["parentID"] = parent
    if units:
        event["childEPCs"] = list(units)
    if amounts:
        event["childQuantityList"] = [amount.element() for amount in amounts]
    return event


def with_transactions(event: dict[str, Any], transactions: Mapping[str, str]) -> dict[str, Any]:
    """``event`` with business transactions, type (CBV §7.3) to URI."""
    listed = [{"type": kind, "bizTransaction": uri} for kind, uri in transactions.items()]
    return {**event, "bizTransactionList": listed}


def with_parties(event: dict[str, Any], source: str, destination: str) -> dict[str, Any]:
    """``event`` with who owned the goods before and who owns them after (CBV §7.4.2, ``owning_party``)."""
    return {
        **event,
        "sourceList": [{"type": "owning_party", "source": source}],
        "destinationList": [{"type": "owning_party", "destination": destination}],
    }


def format_event_time(moment: datetime) -> str:
    """The moment in Vietnamese time with milliseconds and its offset (EPCIS §7.4.1)."""
    return moment.astimezone(VIETNAM).isoformat(timespec="milliseconds")


def _event(step: Step, template: str, occasion: Occasion, fields: Mapping[str, Any]) -> dict[str, Any]:
    done_at = format_event_time(occasion.done_at)
    event: dict[str, Any] = {
        "type": step.event_type,
        "eventTime": done_at,
        "eventTimeZoneOffset": done_at[-6:],
        "bizStep": step.biz_step,
        "sogoc:step": step.code,
        "sogoc:template": template,
        "sogoc:fields": dict(fields),
        "sogoc:evidence": occasion.evidence,
    }
    if step.disposition is not None:
        event["disposition"] = step.disposition
    if occasion.place is not None:
        event["readPoint"] = {"id": occasion.place}
        event["bizLocation"] = {"id": occasion.place}
    if occasion.photos:
        event["sogoc:photos"] = [
            {"digest": photo.digest, "mediaType": photo.media_type, "size": photo.size}
            for photo in occasion.photos
        ]
    return event
