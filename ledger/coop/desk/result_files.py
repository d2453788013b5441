"""The signed result of a check of codes: one JSON file that proves who checked what, and when. Pure.

docs/spec/check-result.md. The organisation that checked signs a note that names the file's ``results`` by
digest and the log's checkpoint by size and root hash; the file carries the organisation's key statements with
their proofs. Steps 1 to 8 are those of ``ledger.log.verify``, for the key statements:

1. **parse**, 2. **signatures**, 3. **chain link**, 4. **leaf hash**, 5. **inclusion**,
6. **checkpoint signature** - by the log's key: the verifier's own, else the file's, with a warning,
7. **witness policy**, 8. **freshness**.
9. **result** - the note is signed by a key of the organisation that was valid at the checkpoint, is of this
   checkpoint, and of these results.

Any failure raises ``CheckResultError`` with the step's number, name and evidence.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.coop.desk.check import Check, CheckedCode
from ledger.coop.desk.errors import CheckResultError
from ledger.log.canonical import format_canonical, parse_canonical
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.entries import format_time, parse_time
from ledger.log.errors import LogError, VerificationError
from ledger.log.proven_entries import ProvenEntry, format_proven, parse_proven, verify_proven
from ledger.log.verify import STEPS as LOG_STEPS
from ledger.log.verify import Trust
from ledger.log.witnesses import WitnessPolicy
from ledger.trace.errors import TraceError
from ledger.trace.passports.verdicts import Verdict
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.keyring import KeyRing
from signing.keys import NamedKey, VerifierKey
from signing.notes import check_note, parse_note, sign_note

RESULT_TYPE = "sogoc/check-result/v1"
MAX_RESULT_BYTES = 8 * 1024 * 1024
MAX_RESULT_CODES = 20_000
STEPS = (*LOG_STEPS, ("result", "kết quả khớp chữ ký của bên kiểm"))
"""Names of the steps 1 to 9: for programs, and for people."""

_MEMBERS = frozenset({"type", "log", "checkpoint", "entries", "results", "note"})
_SIGNED = frozenset({"organisation", "checkedAt", "size", "root", "codes", "results"})
_RESULTS = frozenset({"lots", "groups"})
_GROUP = frozenset({"state", "lot", "codes", "repeated", "packs"})
_LOT = frozenset({"lot", "product", "sealed", "recalled"})


@dataclass(frozen=True, slots=True)
class Signed:
    """What the note says: who checked, when, under which checkpoint, how many codes, the results' digest."""

    organisation: str
    checked_at: datetime
    size: int
    root: bytes
    codes: int
    results: str


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file taken apart. ``note`` is the signed note, ``results`` what it names by digest."""

    log_key: VerifierKey
    checkpoint: bytes
    entries: tuple[ProvenEntry, ...]
    results: Mapping[str, Any]
    note: bytes


@dataclass(frozen=True, slots=True)
class VerifiedResult:
    """A check result that holds. ``states``: how many codes have each verdict.

    ``is_own_key`` when the verifier brought the log's key. ``warnings`` are Vietnamese sentences.
    """

    signed: Signed
    checkpoint: Checkpoint
    states: Mapping[Verdict, int]
    is_own_key: bool
    warnings: tuple[str, ...]


def results_of(check: Check) -> dict[str, Any]:
    """The results as the file holds them: lots, and the codes of each verdict and lot in their order."""
    places = {lot: place for place, lot in enumerate(check.lots)}
    groups: dict[tuple[Verdict, str | None], list[CheckedCode]] = {}
    for code in check.codes:
        groups.setdefault((code.verdict, code.lot), []).append(code)
    lots = [
        {"lot": one.lot, "product": one.product, "sealed": one.sealed_index, "recalled": one.recalled_index}
        for one in check.lots.values()
    ]
    return {
        "lots": lots,
        "groups": [
            {
                "state": verdict.value,
                "lot": None if lot is None else places[lot],
                "codes": [code.code for code in codes],
                "repeated": {code.code: code.times for code in codes if code.times > 1},
                "packs": {code.code: code.packs for code in codes if code.packs > 1},
            }
            for (verdict, lot), codes in groups.items()
        ],
    }


def sign_result(check: Check, organisation: str, key: NamedKey, results: Mapping[str, Any]) -> bytes:
    """The note over ``results``, signed by ``key`` of the organisation."""
    checkpoint, _ = parse_checkpoint_note(check.checkpoint)
    said = {
        "organisation": organisation,
        "checkedAt": format_time(check.checked_at),
        "size": checkpoint.size,
        "root": format_base64(checkpoint.root),
        "codes": len(check.codes),
        "results": digest_of(results),
    }
    return sign_note(f"{RESULT_TYPE}\n".encode() + format_canonical(said) + b"\n", key)


def digest_of(results: Mapping[str, Any]) -> str:
    """Base64 of SHA-256 of the results' canonical JSON."""
    return format_base64(hashlib.sha256(format_canonical(dict(results))).digest())


def format_result_file(file: ResultFile) -> bytes:
    """The file: canonical JSON and a newline; the inverse of ``parse_result_file``."""
    body = {
        "type": RESULT_TYPE,
        "log": {"origin": file.log_key.name, "vkey": file.log_key.format()},
        "checkpoint": file.checkpoint.decode(),
        "entries": format_proven(file.entries),
        "results": dict(file.results),
        "note": file.note.decode(),
    }
    return format_canonical(body) + b"\n"


def parse_result_file(data: bytes) -> ResultFile:
    """The result whose file is exactly ``data``. Checks form only.

    Raises ``TraceError``, ``LogError`` and ``SigningError`` of the part that is wrong.
    """
    if len(data) > MAX_RESULT_BYTES or not data.endswith(b"\n"):
        raise TraceError(f"a check result ends with a newline and has at most {MAX_RESULT_BYTES} bytes")
    body = parse_canonical(data[:-1])
    if not isinstance(body, dict) or body.keys() != _MEMBERS or body["type"] != RESULT_TYPE:
        raise TraceError(f"not the members of {RESULT_TYPE}")
    for name, kind in (("log", dict), ("checkpoint", str), ("note", str), ("results", dict)):
        if type(body[name]) is not kind:
            raise TraceError(f"{name} is no {kind.__name__}")
    _check_results(body["results"])
    return ResultFile(
        log_key=_parse_log(body["log"]),
        checkpoint=body["checkpoint"].encode(),
        entries=parse_proven(body["entries"]),
        results=body["results"],
        note=body["note"].encode(),
    )


def read_signed(note: bytes) -> Signed:
    """What a result's note says; no signature is checked. Raises ``TraceError``, ``SigningError``."""
    text = parse_note(note).text
    kind, _, line = text.partition(b"\n")
    if kind != RESULT_TYPE.encode() or not line.endswith(b"\n"):
        raise TraceError(f"not a note of {RESULT_TYPE}")
    said = parse_canonical(line[:-1])
    if not isinstance(said, dict) or said.keys() != _SIGNED:
        raise TraceError(f"a note of {RESULT_TYPE} has the members {sorted(_SIGNED)}")
    strings = all(type(said[name]) is str for name in ("organisation", "checkedAt", "root", "results"))
    if not strings or type(said["size"]) is not int or type(said["codes"]) is not int:
        raise TraceError("a member of the note has another type")
    return Signed(
        said["organisation"],
        parse_time(said["checkedAt"]),
        said["size"],
        parse_base64(said["root"]),
        said["codes"],
        said["results"],
    )


def codes_in(results: Mapping[str, Any]) -> Iterator[CheckedCode]:
    """Every code with its verdict, its lot, how often it stood in the list, for how many packs it speaks."""
    for group in results["groups"]:
        lot = None if group["lot"] is None else results["lots"][group["lot"]]["lot"]
        for code in group["codes"]:
            times, packs = group["repeated"].get(code, 1), group["packs"].get(code, 1)
            yield CheckedCode(code, Verdict(group["state"]), lot, times=times, packs=packs)


def verify_result_file(
    data: bytes, *, vkey: VerifierKey | None = None, witnesses: WitnessPolicy | None = None
) -> VerifiedResult:
    """Verify a check result, the nine steps in order. Raises ``CheckResultError`` at the first to fail."""
    with _step(1):
        file = parse_result_file(data)
        signed = read_signed(file.note)
        log_key = file.log_key if vkey is None else vkey
        if file.log_key.name != log_key.name:
            raise TraceError(f"a result under the log {file.log_key.name!r}, not {log_key.name!r}")
        if not file.entries:
            raise TraceError("no key statement of who checked")
    ring = KeyRing()
    with _step(1):
        trust = Trust(log_key, witnesses=witnesses or WitnessPolicy())
        checkpoint = verify_proven(file.entries, file.checkpoint, trust, ring)[0].checkpoint
    with _step(9, organisation=signed.organisation, size=signed.size):
        _check_signed(file, signed, checkpoint, ring)
    states: dict[Verdict, int] = {}
    for code in codes_in(file.results):
        states[code.verdict] = states.get(code.verdict, 0) + 1
    return VerifiedResult(signed, checkpoint, states, vkey is not None, _warnings(vkey))


def _check_signed(file: ResultFile, signed: Signed, checkpoint: Checkpoint, ring: KeyRing) -> None:
    name = f"{checkpoint.origin}/{signed.organisation}"
    note = parse_note(file.note)
    if [line.name for line in note.signatures] != [name]:
        raise TraceError(f"not signed by {name} alone")
    # The key held when the tree had this size: the next entry would have been signed with it.
    key = ring.key_for(name, note.signatures[0].key_id, checkpoint.size)
    check_note(note, (key,))
    if (signed.size, signed.root) != (checkpoint.size, checkpoint.root):
        raise TraceError("the note is of another checkpoint")
    if signed.results != digest_of(file.results):
        raise TraceError("the note is of other results")
    if signed.codes != sum(len(group["codes"]) for group in file.results["groups"]):
        raise TraceError("the note counts other codes")


def _check_results(results: Mapping[str, Any]) -> None:
    if results.keys() != _RESULTS or not all(type(part) is list for part in results.values()):
        raise TraceError("results are lots and groups")
    for lot in results["lots"]:
        _check_lot(lot)
    for group in results["groups"]:
        _check_group(group, len(results["lots"]))
    codes = [code for group in results["groups"] for code in group["codes"]]
    if len(codes) > MAX_RESULT_CODES or len(set(codes)) < len(codes):
        raise TraceError(f"each code stands once, at most {MAX_RESULT_CODES} of them")


def _check_lot(lot: Any) -> None:
    if not isinstance(lot, dict) or lot.keys() != _LOT:
        raise TraceError(f"a lot has the members {sorted(_LOT)}")
    texts = all(type(lot[name]) is str for name in ("lot", "product"))
    if not texts or not all(lot[name] is None or type(lot[name]) is int for name in ("sealed", "recalled")):
        raise TraceError("a member of a lot has another type")


def _check_group(group: Any, lots: int) -> None:
    if not isinstance(group, dict) or group.keys() != _GROUP:
        raise TraceError(f"a group has the members {sorted(_GROUP)}")
    place, codes = group["lot"], group["codes"]
    if type(group["state"]) is not str or group["state"] not in frozenset(Verdict):
        raise TraceError(f"no state {group['state']!r}")
    if place is not None and (type(place) is not int or not 0 <= place < lots):
        raise TraceError(f"no lot at {place!r}")
    if type(codes) is not list or not codes or not all(type(code) is str for code in codes):
        raise TraceError("codes are texts, at least one in a group")
    for name in ("repeated", "packs"):
        counted = group[name]
        if type(counted) is not dict or not counted.keys() <= set(codes):
            raise TraceError(f"{name} are codes of the group")
        if not all(type(count) is int and count > 1 for count in counted.values()):
            raise TraceError(f"{name} are counts above one")


def _parse_log(log: Mapping[str, Any]) -> VerifierKey:
    if log.keys() != {"origin", "vkey"} or not isinstance(log["vkey"], str):
        raise TraceError("log has origin and vkey")
    key = VerifierKey.parse(log["vkey"])
    if key.name != log["origin"]:
        raise TraceError(f"the key of {key.name!r}, not of {log['origin']!r}")
    return key


@contextmanager
def _step(number: int, **evidence: Any) -> Iterator[None]:
    try:
        yield
    except VerificationError as error:
        raise CheckResultError(error.step, error.name, error.message, error.evidence) from error
    except (LogError, SigningError, TraceError) as error:
        raise CheckResultError(number, STEPS[number - 1][0], str(error), evidence) from error


def _warnings(vkey: VerifierKey | None) -> tuple[str, ...]:
    later = (
        "Phiếu cho biết sổ nói gì về các mã lúc kiểm. Tem có thể bị hủy, lô có thể bị thu hồi về sau: "
        "hãy quét lại khi cần."
    )
    if vkey is not None:
        return (later,)
    own = "Khóa của sổ lấy từ chính tệp này. Hãy so với khóa mà hợp tác xã hoặc liên minh đã công bố."
    return (own, later)
