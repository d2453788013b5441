"""Verifying a bundle: the steps, then code in their order. Pure: needs only the file and the log's key.

1. **parse** - the bundle, its entries and its checkpoint each have their one valid form.
2. **signatures** - every entry is signed by keys valid at its index; the key ring is rebuilt from the
   ``KeyAdded`` and ``KeyRevoked`` entries in the bundle, each chain's first key by itself at seq 0.
3. **chain link** - every entry's ``prev`` is the leaf hash at an earlier index, zeros where ``seq`` is 0.
4. **leaf hash** - SHA-256(0x00 ‖ entry).
5. **inclusion** - the proof leads from there to the checkpoint's root hash.
6. **checkpoint signature** - by the log's key: the verifier's own, else the bundle's, with a warning.
7. **witness policy** - enough of the verifier's witnesses cosigned the checkpoint; no cosignature by a key
   that the verifier or the bundle names is false.
8. **freshness** - the checkpoint is young enough for the verifier; timestamps that the verifier can check
   are of this checkpoint.
9. **history** - the entries of ``history`` are those the seal counted and digested, and those that the rule
   of ``ledger.trace.bundles.history`` finds among the entries.
10. **credential** - its digest is the one in the seal, and it is signed by a key valid at the seal.
11. **stamp** - the six characters before the code of the stamp at hand, if it has them, are those of one of
    the lot's seals.

Any failure raises ``BundleError`` with the step's number, name and evidence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.errors import LogError, VerificationError
from ledger.log.merkle import HASH_BYTES
from ledger.log.policies import TrustPolicy, format_policy, parse_policy
from ledger.log.proofs import MAX_PROOF_HASHES, Proof
from ledger.log.verify import Link, Trust, check_freshness, verify_entry
from ledger.log.witnesses import WitnessPolicy, check_witnesses, find_cosignatures
from ledger.trace.bundles.integrity import STEPS, change_keys, check_credential, check_history
from ledger.trace.bundles.seals import seals_of
from ledger.trace.errors import BundleError, TraceError
from ledger.trace.events.parsing import Parsed, parse
from ledger.trace.events.strict_json import parse_json
from ledger.trace.passports.story import derive_history, tell_story
from signing.canonical_base64 import parse_base64
from signing.errors import SigningError, TimestampError
from signing.keyring import KeyRing
from signing.keys import VerifierKey
from signing.short_digests import is_short_digest
from signing.stamp_codes import read_printed
from signing.timestamps import Certificates, check_timestamp

BUNDLE_TYPE = "sogoc/bundle/v1"
WITNESSED_BUNDLE_TYPE = "sogoc/bundle/v2"
"""Version 1 and two members more: whom the log asks to witness it, and timestamps."""
MAX_TIMESTAMPS = 16
MAX_BUNDLE_BYTES = 32 * 1024 * 1024
MAX_ENTRIES = 25_000

_MEMBERS = frozenset({"type", "lot", "log", "checkpoint", "entries", "hashes", "history", "credential"})
_VERSIONS = {BUNDLE_TYPE: _MEMBERS, WITNESSED_BUNDLE_TYPE: _MEMBERS | {"policy", "timestamps"}}
_ENTRY_MEMBERS = frozenset({"index", "entry", "proof"})
_PREV_MEMBERS = frozenset({"index", "proof"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What the verifier asks for beyond the log's key. With ``max_age``, ``now`` is needed as well.

    ``authorities`` are the time-stamp authorities that the verifier believes.
    """

    witnesses: WitnessPolicy = field(default_factory=WitnessPolicy)
    max_age: timedelta | None = None
    now: datetime | None = None
    authorities: Certificates = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A bundle that holds: what it is about, the checkpoint it stands under, its entries, and what to mind.

    ``is_own_key`` when the verifier brought the log's key. ``warnings`` are Vietnamese sentences.
    ``witnessed``: when each of the verifier's witnesses cosigned. ``claimed``: the same for those that only
    the bundle names, by the keys that it gives; it proves that the bundle agrees with itself. ``stamped``:
    when each authority that the verifier believes saw the checkpoint, by the name the bundle gives it.
    ``named_seal``: the index of the seal that the stamp at hand names; ``None`` where it names none.
    """

    lot: str
    checkpoint: Checkpoint
    log_key: VerifierKey
    is_own_key: bool
    entries: tuple[Parsed, ...]
    sealed_index: int | None
    history: tuple[int, ...]
    warnings: tuple[str, ...]
    witnessed: Mapping[str, datetime]
    claimed: Mapping[str, datetime]
    stamped: Mapping[str, datetime]
    named_seal: int | None


def verify_bundle(
    bundle: Mapping[str, Any] | bytes,
    *,
    vkey: VerifierKey | None = None,
    policy: Policy | None = None,
    stamp: str | None = None,
) -> Report:
    """Verify a bundle, the eleven steps in order. Raises ``BundleError`` at the first that fails.

    ``stamp`` is the text of a stamp's symbol, or as much of it as stands behind ``/S/``. Steps 1 to 6 are
    taken for one entry after the other. Cost: two signature verifications and about
    2 log2(size) hashes for each entry.
    """
    asked = policy or Policy()
    with _step(1):
        opened = _open(bundle, vkey)
    trust = Trust(opened.log_key)
    ring = KeyRing()
    parsed = tuple(_verify_entry(opened, place, ring, trust) for place in range(len(opened.entries)))
    with _step(7, policy=asked.witnesses):
        witnessed, claimed = _check_witnesses(opened, asked.witnesses)
    with _step(8, witnessed=witnessed):
        check_freshness(opened.checkpoint, witnessed, replace(trust, max_age=asked.max_age, now=asked.now))
        stamped = _check_timestamps(opened, asked.authorities)
    story = tell_story(opened.lot, parsed)
    seal = story.seal()
    entry = None if seal is None else next(item for item in parsed if item.index == seal.index)
    with _step(9, lot=opened.lot, history=opened.history):
        _check_history(opened, entry, parsed)
    with _step(10, lot=opened.lot):
        if entry is not None:
            check_credential(entry, opened.credential, ring, opened.log_key.name)
        elif opened.credential is not None:
            raise TraceError("a credential, and no seal that names it")
    with _step(11, stamp=stamp):
        named = None if stamp is None else _named_seal(stamp, opened.lot, entry, parsed)
    return Report(
        lot=opened.lot,
        checkpoint=opened.checkpoint,
        log_key=opened.log_key,
        is_own_key=vkey is not None,
        entries=parsed,
        sealed_index=None if seal is None else seal.index,
        history=opened.history,
        warnings=(*_warnings(vkey, entry, asked, stamped), *_stamp_warnings(stamp, named, entry)),
        witnessed=witnessed,
        claimed=claimed,
        stamped=stamped,
        named_seal=named,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    index: int
    data: bytes
    hashes: tuple[bytes, ...]
    prev: Link | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A bundle taken apart (step 1)."""

    lot: str
    log_key: VerifierKey
    note: bytes
    checkpoint: Checkpoint
    entries: tuple[_Entry, ...]
    history: tuple[int, ...]
    credential: dict[str, Any] | None
    witnesses: TrustPolicy
    timestamps: Mapping[str, bytes]


@contextmanager
def _step(number: int, **evidence: Any) -> Iterator[None]:
    try:
        yield
    except BundleError:
        raise
    except VerificationError as error:
        index = evidence.get("index")
        raise BundleError(
            error.step, error.name, error.message, {**error.evidence, "index": index}
        ) from error
    except (LogError, SigningError, TraceError) as error:
        raise BundleError(number, STEPS[number - 1][0], str(error), evidence) from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if number != 1:
            raise
        raise BundleError(1, STEPS[0][0], f"not a bundle: {error}", evidence) from error


def _open(bundle: Mapping[str, Any] | bytes, vkey: VerifierKey | None) -> _Opened:
    raw: Mapping[str, Any] = (
        parse_json(bundle, max_bytes=MAX_BUNDLE_BYTES, keeps_text=True)
        if isinstance(bundle, bytes)
        else bundle
    )
    if raw.keys() != _VERSIONS.get(raw["type"], frozenset()) or raw["log"].keys() != {"origin", "vkey"}:
        raise TraceError(f"not the members of {BUNDLE_TYPE} or {WITNESSED_BUNDLE_TYPE}")
    log_key = VerifierKey.parse(raw["log"]["vkey"]) if vkey is None else vkey
    if raw["log"]["origin"] != log_key.name:
        raise TraceError(f"a bundle of the log {raw['log']['origin']!r}, not of {log_key.name!r}")
    note = str(raw["checkpoint"]).encode()
    hashes = _hashes(raw)
    data = {_count(item["index"]): str(item["entry"]).encode() for item in raw["entries"]}
    if list(data) != sorted(data) or len(data) != len(raw["entries"]) or not 0 < len(data) <= MAX_ENTRIES:
        raise TraceError(f"entries stand once each, by index, 1 to {MAX_ENTRIES} of them")
    return _Opened(
        lot=_text(raw["lot"]),
        log_key=log_key,
        note=note,
        checkpoint=parse_checkpoint_note(note)[0],
        entries=tuple(_open_entry(item, data, hashes) for item in raw["entries"]),
        history=tuple(_count(index) for index in raw["history"]),
        credential=_credential(raw["credential"]),
        witnesses=_policy(_text(raw.get("policy", format_policy(TrustPolicy())))),
        timestamps=_timestamps(raw.get("timestamps", [])),
    )


def _hashes(raw: Mapping[str, Any]) -> tuple[bytes, ...]:
    hashes = tuple(parse_base64(text) for text in raw["hashes"])
    proofs = [item["proof"] for item in raw["entries"]]
    proofs += [item["prev"]["proof"] for item in raw["entries"] if "prev" in item]
    used = {_count(position) for proof in proofs for position in proof}
    if any(len(hashed) != HASH_BYTES for hashed in hashes) or len(set(hashes)) < len(hashes):
        raise TraceError("a hash not of 32 bytes, or twice")
    if used != set(range(len(hashes))):
        raise TraceError("a hash that no proof uses, or a proof with a hash that is not there")
    return hashes


def _open_entry(item: Mapping[str, Any], data: Mapping[int, bytes], hashes: Sequence[bytes]) -> _Entry:
    if item.keys() - {"prev"} != _ENTRY_MEMBERS or ("prev" in item and item["prev"].keys() != _PREV_MEMBERS):
        raise TraceError("an entry has index, entry, proof and, behind a chain's first, prev")
    prev = None
    if "prev" in item:
        index = _count(item["prev"]["index"])
        prev = Link(index, _proof(item["prev"]["proof"], hashes), data.get(index))
    return _Entry(item["index"], data[item["index"]], _proof(item["proof"], hashes), prev)


def _proof(positions: Sequence[Any], hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    if len(positions) > MAX_PROOF_HASHES:
        raise TraceError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    return tuple(hashes[_count(position)] for position in positions)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TraceError(f"not an index: {value!r}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TraceError(f"not a text: {value!r:.80}")
    return value


def _policy(text: str) -> TrustPolicy:
    policy = parse_policy(text)
    if format_policy(policy) != text:
        raise TraceError("a policy in another spelling than ours")
    return policy


def _timestamps(items: Any) -> dict[str, bytes]:
    """Tokens by the names of their authorities."""
    if not isinstance(items, list) or any(item.keys() != {"authority", "token"} for item in items):
        raise TraceError("a timestamp has authority and token")
    tokens = {_text(item["authority"]): parse_base64(item["token"]) for item in items}
    if len(tokens) < len(items) or len(items) > MAX_TIMESTAMPS:
        raise TraceError(f"an authority has one timestamp, and there are at most {MAX_TIMESTAMPS}")
    return tokens


def _credential(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise TraceError("a credential is an object")
    return value


def _verify_entry(opened: _Opened, place: int, ring: KeyRing, trust: Trust) -> Parsed:
    """Steps 1 to 8 for one entry; what it says of keys counts for those behind it."""
    entry = opened.entries[place]
    proof = Proof(entry.index, entry.hashes, opened.note)
    with _step(1, index=entry.index):
        item = parse(entry.index, entry.data)
    with _step(2, index=entry.index):
        verified = verify_entry(entry.data, proof, key_ring=ring, trust=trust, link=entry.prev)
        if not verified.is_linked:
            name = STEPS[2][0]
            raise BundleError(3, name, f"entry {entry.index} has no prev", {"index": entry.index})
        change_keys(item, ring)
    return item


def _check_witnesses(
    opened: _Opened, policy: WitnessPolicy
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """When the verifier's witnesses cosigned, and when those did whom only the bundle names."""
    _, note = parse_checkpoint_note(opened.note)
    witnessed = check_witnesses(note, policy)
    others = tuple(key for key in opened.witnesses.keys if key not in policy.keys)
    found = find_cosignatures(note, others)
    return witnessed, {key.name: signed_at for key, signed_at in found.items()}


def _check_timestamps(opened: _Opened, authorities: Certificates) -> dict[str, datetime]:
    """When the believed authorities saw the checkpoint. Raises ``TimestampError`` when all of them fail."""
    _, note = parse_checkpoint_note(opened.note)
    stamped: dict[str, datetime] = {}
    failures: list[TimestampError] = []
    for authority, token in opened.timestamps.items() if authorities else ():
        try:
            stamped[authority] = check_timestamp(token, note.text, authorities)
        except TimestampError as error:
            failures.append(error)
    # Of one that the verifier does not believe nothing can be said; of all of them, that is a failure.
    if failures and not stamped:
        raise failures[0]
    return stamped


def _check_history(opened: _Opened, seal: Parsed | None, parsed: Sequence[Parsed]) -> None:
    if seal is None:
        if opened.history:
            raise TraceError("a history, and no seal that counts it")
        return
    check_history(seal, opened.history, parsed)
    derived = derive_history(opened.lot, parsed, seal.index)
    if derived != opened.history:
        raise TraceError(f"the history is {list(derived)}, not {list(opened.history)}")


def _named_seal(text: str, lot: str, seal: Parsed | None, parsed: Sequence[Parsed]) -> int | None:
    """The index of the seal that a stamp's text names. Raises ``TraceError`` where there is no such seal."""
    bare = re.split("[?#]", text.strip(" \t\r\n"), maxsplit=1)[0]
    printed = read_printed(bare.rstrip("/").rpartition("/")[2])
    if not printed.short:
        return None
    chain_id = None if seal is None else seal.record.chain_id
    for item in reversed(seals_of(lot, chain_id, parsed)):
        if is_short_digest(printed.short, item.record.leaf_hash):
            return item.index
    raise TraceError(f"the stamp names a seal {printed.short}, this record has another")


def _stamp_warnings(stamp: str | None, named: int | None, seal: Parsed | None) -> tuple[str, ...]:
    if stamp is None:
        return ()
    if named is None:
        return ("Tem không mang mã đối chiếu: chỉ máy chủ nói rằng tem này thuộc lô này.",)
    if seal is not None and named != seal.index:
        return ("Tem in theo lần ký trước; từ đó bản ghi đã được đính chính và ký lại.",)
    return ()


def _warnings(
    vkey: VerifierKey | None, seal: Parsed | None, asked: Policy, stamped: Mapping[str, datetime]
) -> tuple[str, ...]:
    warnings = []
    if vkey is None:
        warnings.append(
            "Khóa của sổ lấy từ chính gói này. Hãy so với khóa mà hợp tác xã hoặc liên minh đã công bố."
        )
    if seal is None:
        warnings.append("Lô chưa được ký: gói không chứng minh đã đủ mọi việc của lô.")
    if asked.authorities and not stamped:
        warnings.append("Gói không có dấu thời gian nào để kiểm tra.")
    return tuple(warnings)
