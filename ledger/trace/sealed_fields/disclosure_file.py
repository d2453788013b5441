"""One sealed field, disclosed to somebody in a file that they can check offline. Pure.

docs/spec/disclosure.md. The file holds the entry, the key statements of every chain that signed it, each with
its proof under one checkpoint, and pointer, salt and value. Steps 1 to 8 are those of ``ledger.log.verify``,
for every entry:

1. **parse**, 2. **signatures**, 3. **chain link**, 4. **leaf hash**, 5. **inclusion**,
6. **checkpoint signature** - by the log's key: the verifier's own, else the file's, with a warning,
7. **witness policy**, 8. **freshness**.
9. **disclosure** - the entry is an event that sealed the field at the pointer, and salt and value are those
   that it committed to.

Any failure raises ``DisclosureFileError`` with the step's number, name and evidence.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ledger.log.canonical import format_canonical, parse_canonical
from ledger.log.checkpoints import Checkpoint
from ledger.log.entries import Kind
from ledger.log.errors import LogError, VerificationError
from ledger.log.proven_entries import ProvenEntry, format_proven, parse_proven, verify_proven
from ledger.log.records import Record
from ledger.log.verify import STEPS as LOG_STEPS
from ledger.log.verify import Trust
from ledger.log.witnesses import WitnessPolicy
from ledger.trace.errors import DisclosureFileError, SealedFieldError, TraceError
from ledger.trace.events.sealed import Disclosure, check_disclosure
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.keyring import KeyRing
from signing.keys import VerifierKey

DISCLOSURE_TYPE = "sogoc/disclosure/v1"
MAX_DISCLOSURE_BYTES = 4 * 1024 * 1024

STEPS = (*LOG_STEPS, ("disclosure", "giá trị khớp cam kết"))
"""Names of the steps 1 to 9: for programs, and for people."""

_MEMBERS = frozenset({"type", "log", "checkpoint", "entries", "index", "pointer", "salt", "value"})


@dataclass(frozen=True, slots=True)
class DisclosureFile:
    """A file taken apart: what opens one field of the entry at ``index``, and what proves the entry."""

    log_key: VerifierKey
    checkpoint: bytes
    entries: tuple[ProvenEntry, ...]
    index: int
    disclosure: Disclosure = field(repr=False)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure that holds: the ``value`` at ``pointer`` of the event in ``record``, as it was sealed.

    ``is_own_key`` when the verifier brought the log's key. ``warnings`` are Vietnamese sentences.
    """

    record: Record
    checkpoint: Checkpoint
    pointer: str
    value: Any
    is_own_key: bool
    warnings: tuple[str, ...]


def format_disclosure_file(file: DisclosureFile) -> bytes:
    """The file: canonical JSON and a newline; the inverse of ``parse_disclosure_file``."""
    body = {
        "type": DISCLOSURE_TYPE,
        "log": {"origin": file.log_key.name, "vkey": file.log_key.format()},
        "checkpoint": file.checkpoint.decode(),
        "entries": format_proven(file.entries),
        "index": file.index,
        "pointer": file.disclosure.pointer,
        "salt": format_base64(file.disclosure.salt),
        "value": file.disclosure.value,
    }
    return format_canonical(body) + b"\n"


def parse_disclosure_file(data: bytes) -> DisclosureFile:
    """The disclosure whose file is exactly ``data``. Checks form only.

    Raises ``TraceError``, ``LogError`` and ``SigningError`` of the part that is wrong.
    """
    if len(data) > MAX_DISCLOSURE_BYTES or not data.endswith(b"\n"):
        raise TraceError(f"a disclosure ends with a newline and has at most {MAX_DISCLOSURE_BYTES} bytes")
    body = parse_canonical(data[:-1])
    if not isinstance(body, dict) or body.keys() != _MEMBERS or body["type"] != DISCLOSURE_TYPE:
        raise TraceError(f"not the members of {DISCLOSURE_TYPE}")
    for name, kind in (("log", dict), ("checkpoint", str), ("pointer", str), ("salt", str), ("index", int)):
        if type(body[name]) is not kind:
            raise TraceError(f"{name} is no {kind.__name__}")
    entries = parse_proven(body["entries"])
    if body["index"] not in {entry.index for entry in entries}:
        raise TraceError(f"the entry {body['index']} is not in the file")
    return DisclosureFile(
        log_key=_parse_log(body["log"]),
        checkpoint=body["checkpoint"].encode(),
        entries=entries,
        index=body["index"],
        disclosure=Disclosure(body["pointer"], parse_base64(body["salt"]), body["value"]),
    )


def verify_disclosure_file(
    data: bytes, *, vkey: VerifierKey | None = None, witnesses: WitnessPolicy | None = None
) -> Disclosed:
    """Verify a disclosure, the nine steps in order. Raises ``DisclosureFileError`` at the first to fail."""
    with _step(1):
        file = parse_disclosure_file(data)
        log_key = file.log_key if vkey is None else vkey
        if file.log_key.name != log_key.name:
            raise TraceError(f"a disclosure of the log {file.log_key.name!r}, not of {log_key.name!r}")
    trust = Trust(log_key, witnesses=witnesses or WitnessPolicy())
    with _step(1):
        verified = {
            item.record.index: item for item in verify_proven(file.entries, file.checkpoint, trust, KeyRing())
        }
    found = verified[file.index]
    with _step(9, index=file.index, pointer=file.disclosure.pointer, value=file.disclosure.value):
        if found.record.kind is not Kind.EVENT:
            raise SealedFieldError("the entry is no event", pointer=file.disclosure.pointer)
        check_disclosure(found.record.body, file.disclosure)
    return Disclosed(
        record=found.record,
        checkpoint=found.checkpoint,
        pointer=file.disclosure.pointer,
        value=file.disclosure.value,
        is_own_key=vkey is not None,
        warnings=_warnings(vkey),
    )


@contextmanager
def _step(number: int, **evidence: Any) -> Iterator[None]:
    try:
        yield
    except VerificationError as error:
        raise DisclosureFileError(error.step, error.name, error.message, error.evidence) from error
    except (LogError, SigningError, TraceError) as error:
        raise DisclosureFileError(number, STEPS[number - 1][0], str(error), evidence) from error


def _parse_log(log: Mapping[str, Any]) -> VerifierKey:
    if log.keys() != {"origin", "vkey"} or not isinstance(log["vkey"], str):
        raise TraceError("log has origin and vkey")
    key = VerifierKey.parse(log["vkey"])
    if key.name != log["origin"]:
        raise TraceError(f"the key of {key.name!r}, not of {log['origin']!r}")
    return key


def _warnings(vkey: VerifierKey | None) -> tuple[str, ...]:
    later = (
        "Tệp cho biết giá trị đã ghi lúc đó; bản ghi có thể đã được đính chính về sau, hãy xem trang của lô."
    )
    if vkey is not None:
        return (later,)
    own = "Khóa của sổ lấy từ chính tệp này. Hãy so với khóa mà hợp tác xã hoặc liên minh đã công bố."
    return (own, later)
