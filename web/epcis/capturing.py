"""Taking events in: whole documents by ``/capture``, single ones by ``/events`` (REST binding, Capture)."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import BadRequest

from ledger.coop.exchange.answers import EventAnswer
from ledger.coop.exchange.capture_jobs import (
    Behaviour,
    CaptureJob,
    capture_document,
    capture_single,
    read_job,
    read_jobs,
)
from ledger.coop.exchange.event_queries import MAX_PER_PAGE
from ledger.coop.exchange.page_tokens import PageTokens, Place
from ledger.coop.exchange.sight import seen_events
from web.epcis.binding import (
    CAPTURE_BYTES,
    CAPTURE_DISCOVERY,
    EXACT,
    SMALL_BYTES,
    address,
    answer,
    asker,
    blueprint,
    discovery,
    link,
    read_body,
    read_page,
    standing_alone,
)
from web.epcis.problems import places, problem_body
from web.security import signed_body
from web.state import current

BEHAVIOUR = "GS1-Capture-Error-Behaviour"


@blueprint.post("/capture", **EXACT)
@signed_body
def capture() -> Response:
    """Capture a document: 202 and the address of the job, which is done when the answer comes."""
    who, behaviour = asker(), _behaviour()
    job = capture_document(current().ledger, who.holder, read_body(CAPTURE_BYTES), behaviour)
    path = f"/epcis/capture/{job.id}"
    return answer(job_body(job), 202, {"Location": address(path), BEHAVIOUR: behaviour.value})


@blueprint.get("/capture", **EXACT)
def capture_jobs() -> Response:
    """The jobs of the holder's organisation, the newest first."""
    who, page = asker(), read_page()
    tokens = PageTokens(who.vault, who.holder, ("jobs",), who.now)
    before = None
    if page.token is not None:
        moment, job_id = tokens.parse(page.token).after
        before = (datetime.fromisoformat(moment), job_id)
    wanted = min(page.per_page, MAX_PER_PAGE)
    jobs = current().ledger.read(read_jobs, who.holder, wanted + 1, before)
    shown, next_token = jobs[:wanted], None
    if len(jobs) > wanted:
        after = (shown[-1].created_at.isoformat(), shown[-1].id)
        next_token = tokens.format(Place(after, 0, 0))
    return answer([job_body(job) for job in shown], 200, link(next_token))


@blueprint.get("/capture/<job_id>", **EXACT)
def capture_job(job_id: str) -> Response:
    """One job, with what became of each event."""
    return answer(job_body(current().ledger.read(read_job, asker().holder, job_id)))


@blueprint.post("/events", **EXACT)
@signed_body
def capture_event() -> Response:
    """Capture one event: 201 with it and its place in the log; 409 for one that is there already.

    ``Prefer: return=minimal`` (RFC 7240 §4.2) leaves the event out of the answer.
    """
    who, ledger = asker(), current().ledger
    told = capture_single(ledger, who.holder, read_body(SMALL_BYTES))
    receipt = answer_body(told)
    headers = {"Location": address(f"/epcis/events/{quote(str(told.event_id), safe='')}")}
    if _wants_minimum():
        return answer(receipt, 201, {**headers, "Preference-Applied": "return=minimal"})
    index = told.index or 0
    event = ledger.read(seen_events, ledger.vault, who.holder, (index,))[index]
    return answer({**standing_alone(event), "sogoc:receipt": receipt}, 201, headers)


@blueprint.route("/capture", methods=["OPTIONS"], **EXACT)
def capture_options() -> Response:
    """The limits of capture."""
    return discovery("GET", "POST", extra=CAPTURE_DISCOVERY)


@blueprint.route("/capture/<job_id>", methods=["OPTIONS"], **EXACT)
def capture_job_options(job_id: str) -> Response:
    """What can be done with a job."""
    del job_id
    return discovery("GET")


def job_body(job: CaptureJob) -> dict[str, Any]:
    """A job as JSON (REST binding, ``CaptureJob``), with ``events`` beside it: what became of each."""
    refused = [one for told in job.answers for one in told.problems]
    return {
        "captureID": job.id,
        "createdAt": _moment(job.created_at),
        "finishedAt": _moment(job.finished_at),
        "running": False,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour.value,
        "errors": [
            {**problem_body("ValidationException", 400, one.sentence), "pointer": one.pointer}
            for one in refused
        ],
        "events": [answer_body(told) for told in job.answers],
    }


def answer_body(told: EventAnswer) -> dict[str, Any]:
    """What became of one event, as JSON."""
    body: dict[str, Any] = {"status": told.status, "eventID": told.event_id}
    if told.event_hash is not None:
        body["eventHash"] = told.event_hash
    if told.index is not None:
        proof = address(f"/log/proof/{told.index}")
        body |= {"index": told.index, "leafHash": told.leaf_hash, "proof": proof}
    if told.problems:
        body["errors"] = places(told.problems)
    return body


def _behaviour() -> Behaviour:
    try:
        return Behaviour(request.headers.get(BEHAVIOUR, Behaviour.ROLLBACK))
    except ValueError as error:
        raise BadRequest from error


def _wants_minimum() -> bool:
    preferences = request.headers.get("Prefer", "").replace(" ", "").lower().split(",")
    return "return=minimal" in [preference.partition(";")[0] for preference in preferences]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
