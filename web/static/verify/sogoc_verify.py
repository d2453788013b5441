"""Check a Sổ Gốc proof file without Sổ Gốc, sharing no code with it. Licence: Apache-2.0.

    python sogoc_verify.py FILE [--vkey KEY] [--witness KEY]... [--stamp TEXT] [--json]

Needs Python 3.11 and the package `cryptography`. Exit code 0: every step passed. 1: a step failed, and is
named. 2: not usable as called. KEY is the log's (name+hash+key) from a source that you trust; without it the
key in the file is used, which proves only that the file agrees with itself. TEXT is what a stamp says. Steps:

 1 parse                 the file and every record in it have exactly one valid spelling
 2 signatures            every record is signed, by keys that were valid where the log put it
 3 chain link            every record names the fingerprint of the record before it in its chain
 4 leaf hash             the fingerprint of every record, SHA-256(0x00 + record)
 5 inclusion             every record is in the log's tree
 6 checkpoint signature  the log signed the root of that tree
 7 witness policy        every witness asked for cosigned the checkpoint
 8 freshness             when they did is told (how old is too old, the reader decides)
 9 history               the lot's seal counts exactly the records of its history
10 credential            the lot's credential is the one sealed, signed by the cooperative
11 stamp                 the six characters before the code of the stamp at hand name the lot's seal
"""
# ruff: noqa: INP001  # one file to hand on, not a part of a package

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

STEPS = re.findall(r"^ ?[0-9]+ (.+?)  ", __doc__ or "", re.MULTILINE)
MAX_FILE_BYTES, MAX_DEPTH, MAX_SAFE_INTEGER = 32 * 1024 * 1024, 32, 2**53 - 1
SMALL_ORDER = {  # Under such a key one signature fits many messages.
    *(first + "00" * 31 for first in ("00", "01")),
    *(first + "ff" * 30 + "7f" for first in ("ec", "ed", "ee")),
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
}
MEMBERS = {"type", "lot", "log", "checkpoint", "hashes", "entries", "history", "credential"}
VERSIONS = {"sogoc/bundle/v1": MEMBERS, "sogoc/bundle/v2": MEMBERS | {"policy", "timestamps"}}
NAME = r"[^\s+\x00-\x1f\x7f]{1,255}"
CHAIN_ID = "[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
HEADER = rf"sogoc/entry/v1\n({CHAIN_ID}) (0|[1-9][0-9]{{0,14}}) ([A-Za-z0-9+/]{{43}}=) ({TIME})\n\n"
EVENT, STATEMENT = "sogoc/event/v1", "sogoc/statement/v1"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class RefusedError(ValueError):
    """What is wrong with the file; the step being taken is the one that failed."""


def require(condition: object, why: str) -> None:
    """Refuse the file unless the condition holds."""
    if not condition:
        raise RefusedError(why)


def from_base64(text: str) -> bytes:
    """Standard, padded, canonical base64 (RFC 4648)."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    require(base64.b64encode(data).decode() == text, "base64 is not canonical")
    return data


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object's members, each once."""
    require(len({key for key, _ in pairs}) == len(pairs), "a JSON object repeats a key")
    return dict(pairs)


def canonical(value: Any, depth: int = 0) -> str:
    """Canonical JSON (RFC 8785) of a parsed value; §3.2.3: keys in the order of their UTF-16 code units."""
    require(depth <= MAX_DEPTH, f"JSON nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key], depth + 1)}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if isinstance(value, float) and value:
        require(1e-6 <= abs(value) < 1e21, f"number out of range: {value}")  # §3.2.2.3, without exponents
        text = f"{Decimal(repr(value)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    require(type(value) is not int or abs(value) <= MAX_SAFE_INTEGER, f"number out of range: {value}")
    return "0" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def from_base58(text: str) -> bytes:
    """Base58btc: a leading 1 is a zero byte, the rest one big number."""
    require(len(text) <= 128, "base58btc is too long")
    value = 0
    for char in text:
        value = value * 58 + BASE58.index(char)
    return bytes(len(text) - len(text.lstrip("1"))) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def format_ni(data: bytes) -> str:
    """The name of the SHA-256 of some bytes (RFC 6920 §3)."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def check_members(value: dict[str, Any], names: Iterable[str], what: str) -> None:
    """Refuse all but an object with exactly these members."""
    require(isinstance(value, dict) and set(value) == set(names), f"members of {what}")


def index_below(value: Any, limit: int) -> int:
    """The value, which is an index below the limit."""
    require(type(value) is int and 0 <= value < limit, f"index out of range: {value!r}")
    return int(value)


def parse_note(text: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The signed text and the signatures (name, key id, signature) of a C2SP signed note."""
    body, blank, block = text.rpartition("\n\n")
    require(blank and not re.search(r"[\x00-\x09\x0b-\x1f]", body), "not a signed note")
    lines = block.split("\n")
    require(lines.pop() == "" and 1 <= len(lines) <= 100, "signature lines are malformed")
    signatures = []
    for line in lines:
        name, _, encoded = line.removeprefix("— ").partition(" ")
        blob = from_base64(encoded)
        is_signature = line.startswith("— ") and re.fullmatch(NAME, name) and len(blob) > 4
        require(is_signature, f"not a signature line: {line[:80]!r}")
        signatures.append((name, blob[:4], blob[4:]))
    return body + "\n", signatures


class Key:
    """An Ed25519 verifier key, `name+hex8(key id)+base64(kind ‖ public key)`; kind 4 is a witness's."""

    def __init__(self, line: str, kind: int = 1) -> None:
        self.line = line
        self.name, identifier, encoded = line.split("+", 2)
        typed, is_name = from_base64(encoded), re.fullmatch(NAME, self.name)
        require(is_name and (len(typed), typed[:1]) == (33, bytes([kind])), "not an Ed25519 key")
        self.public, self.id = typed[1:], hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        require(self.id.hex() == identifier, "the key id is not that of this key")
        reduced = self.public[:-1] + bytes([self.public[-1] & 0x7F])
        require(reduced.hex() not in SMALL_ORDER, "public key has small order")

    def check(self, message: bytes, signature: bytes, what: str) -> None:
        """Refuse a signature that is not of the message under this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise RefusedError(f"{what}: bad signature by {self.name}") from None


class Record:
    """One entry of the log, with its place and its proofs."""

    def __init__(self, item: dict[str, Any], hash_at: Callable[[Any], bytes], size: int) -> None:
        check_members(item, {"index", "entry", "proof"} | ({"prev"} & item.keys()), "an entry")
        self.index = index_below(item["index"], size)
        self.raw = item["entry"].encode()
        self.leaf = hashlib.sha256(b"\0" + self.raw).digest()
        self.proof = [hash_at(position) for position in item["proof"]]
        prev = item.get("prev", {"index": -1, "proof": []})
        check_members(prev, ("index", "proof"), "prev")
        self.prev_index = index_below(prev["index"], self.index) if "prev" in item else -1
        self.prev_proof = [hash_at(position) for position in prev["proof"]]
        header = re.match(HEADER, item["entry"])
        if header is None or len(self.raw) > 65535:
            raise RefusedError(f"entry {self.index} is malformed")
        self.chain, self.seq, self.prev = header[1], int(header[2]), from_base64(header[3])
        datetime.fromisoformat(header[4])
        fits = (self.seq == 0) == (self.prev == bytes(32)) == (self.prev_index < 0)
        require(fits, f"entry {self.index}: seq, prev and its proof do not fit")
        self.text, self.signatures = parse_note(item["entry"][header.end() :])
        self.kind, _, rest = self.text.partition("\n")
        require(self.kind in (EVENT, STATEMENT) and rest[-1:] == "\n", f"entry {self.index}: no event note")
        self.body = json.loads(rest[:-1], object_pairs_hook=members)
        is_canonical = canonical(self.body) + "\n" == rest and unicodedata.is_normalized("NFC", rest)
        require(is_canonical and isinstance(self.body, dict), f"entry {self.index}: JSON is not canonical")
        signers = {line[:2] for line in self.signatures}
        require(len(signers) == len(self.signatures) <= 16, f"entry {self.index}: signatures repeat")
        self.statement = self.body.get("type") if self.kind == STATEMENT else None

    def short(self) -> str:
        """The six characters that stand for it on a stamp, 30 stretched bits (docs/spec/stamp-url.md)."""
        stretched = hashlib.pbkdf2_hmac("sha256", self.leaf, b"sogoc/stamp-url/v1", 100_000, 4)
        return "".join(CROCKFORD[int.from_bytes(stretched, "big") >> at & 31] for at in range(27, 0, -5))

    def lots(self, way: str) -> set[str]:
        """The lots and items of an EPCIS event that go in, come out, are children, or are simply there."""
        classes = self.body.get(f"{way}QuantityList" if way else "quantityList", ())
        items = self.body.get({"": "epcList", "child": "childEPCs"}.get(way, f"{way}EPCList"), ())
        return {element["epcClass"] for element in classes} | set(items)

    def read_facts(self) -> None:
        """What the rule of histories needs: lots named, used, made, taken from; when; what is corrected."""
        self.uses, self.makes, self.takes = set[str](), set[str](), set[str]()
        self.corrects, body = None, self.body
        if self.kind == STATEMENT:
            self.named = {body.get("lot"), *(body["lots"] if self.statement == "LotRecalled" else ())}
            return
        self.named = {body.get("parentID")}.union(*map(self.lots, ("", "input", "output", "child")))
        self.done_at = datetime.fromisoformat(body["eventTime"])
        is_add = body["type"] == "ObjectEvent" and body.get("action") == "ADD"
        uses, makes = self.lots("input"), self.lots("" if is_add else "output")
        is_error = "errorDeclaration" in body
        self.corrects = body.get("sogoc:corrects") if is_error else None
        self.uses, self.makes = (set[str](), set[str]()) if is_error else (uses, makes)
        self.takes = uses if makes and not (is_error and self.corrects is None) else set()


class Bundle:
    """The file taken apart (step 1)."""

    def __init__(self, data: bytes) -> None:
        require(len(data) <= MAX_FILE_BYTES, "the file is too large")
        file = json.loads(data.decode(), object_pairs_hook=members)
        require(file["type"] in VERSIONS, "not a bundle of version 1 or 2")
        check_members(file, VERSIONS[file["type"]], "the bundle")
        check_members(file["log"], ("origin", "vkey"), "log")
        ed25519 = re.findall(r"(?m)^witness \S+ (\S+\+B[A-P]\S+)$", file.get("policy", ""))
        self.named, self.witnessed = [Key(line, 4) for line in ed25519], dict[str, str | None]()
        self.lot, self.history, self.credential = file["lot"], file["history"], file["credential"]
        self.vkey = file["log"]["vkey"]
        self.note_text, self.note_signatures = parse_note(file["checkpoint"])
        lines = self.note_text.split("\n")
        require(len(lines) >= 4 and lines.pop() == "" and "" not in lines, "not a checkpoint")
        self.origin, size, root = lines[:3]
        is_size, self.root = re.fullmatch(r"[1-9][0-9]{0,14}", size), from_base64(root)
        require(is_size and len(self.root) == 32, "size or root of the checkpoint")
        self.size = int(size)
        require(self.origin == file["log"]["origin"], "the checkpoint is of another log")
        hashes, used = [from_base64(text) for text in file["hashes"]], set[int]()
        require(len(set(hashes)) == len(hashes) and {*map(len, hashes)} <= {32}, "hashes are malformed")

        def hash_at(position: Any) -> bytes:
            used.add(index_below(position, len(hashes)))
            return hashes[int(position)]

        self.records = [Record(item, hash_at, self.size) for item in file["entries"]]
        indexes = [record.index for record in self.records]
        require(indexes and indexes == sorted(set(indexes)), "entries are missing or not in order")
        require(len(used) == len(hashes), "a hash belongs to no proof")

    def lines_of(self, key: Key) -> list[bytes]:
        """The signatures of the checkpoint that are by a key."""
        return [line for name, key_id, line in self.note_signatures if (name, key_id) == (key.name, key.id)]

    def cosigned_at(self, witness: Key) -> str | None:
        """When a witness cosigned the checkpoint, at its latest (C2SP tlog-cosignature, type 0x04)."""
        times = [int.from_bytes(line[:8], "big") for line in self.lines_of(witness)]
        for seconds, line in zip(times, self.lines_of(witness), strict=True):
            message = f"cosignature/v1\ntime {seconds}\n{self.note_text}"
            witness.check(message.encode(), line[8:], "the cosignature")
        return datetime.fromtimestamp(max(times), UTC).isoformat() if times else None

    def check_chains(self) -> None:
        """Step 3: seq and index of a chain rise together; `prev` is the fingerprint of the entry before."""
        by_index = {record.index: record for record in self.records}
        last: dict[str, Record] = {}
        for record in self.records:
            where, earlier = f"entry {record.index}", last.get(record.chain)
            require(earlier is None or earlier.seq < record.seq, f"{where}: seq does not rise")
            if earlier is not None and earlier.seq == record.seq - 1:
                require(record.prev_index == earlier.index, f"{where}: skips entry {earlier.index}")
            if record.seq:
                self.check_included(record.prev, record.prev_index, record.prev_proof)
            before = by_index.get(record.prev_index)
            if before is not None:
                place = (record.chain, record.seq - 1, record.prev)
                require((before.chain, before.seq, before.leaf) == place, f"{where}: follows another entry")
            last[record.chain] = record

    def check_included(self, leaf: bytes, index: int, proof: list[bytes]) -> None:
        """RFC 9162 §2.1.3.2: fold the siblings in, from the leaf up, and compare with the root."""
        node, last, value = index, self.size - 1, leaf
        for sibling in proof:
            require(last > 0, f"index {index}: the proof is too long")
            is_right = node % 2 == 1 or node == last
            value = hashlib.sha256(b"\1" + (sibling + value if is_right else value + sibling)).digest()
            while is_right and node and not node % 2:
                node, last = node >> 1, last >> 1
            node, last = node >> 1, last >> 1
        require((last, value) == (0, self.root), f"index {index}: leads to another root, {value.hex()}")

    def find_seals(self) -> list[Record]:
        """The seals of the lot by an organisation that made it, the latest first."""
        for record in self.records:
            record.read_facts()
        makers = {record.chain for record in self.records if self.lot in record.makes}
        seals = [r for r in self.records if r.statement == "LotSealed" and r.body.get("lot") == self.lot]
        return [seal for seal in reversed(seals) if seal.chain in makers]

    def check_stamp(self, seals: list[Record], text: str) -> None:
        """Step 11: what stands before the code of a stamp, if anything, names one of the lot's seals."""
        last = re.split("[?#]", text.strip(" \t\r\n"))[0].rstrip("/").rpartition("/")[2][:65]
        code = last.upper().translate(str.maketrans("OIL", "011", " -")) if last.isascii() else "?"
        is_stamp = re.fullmatch(f"([{CROCKFORD}]{{6}})?[{CROCKFORD}]{{13}}", code) and len(last) <= 64
        require(is_stamp or not text, "not the text of a stamp")
        self.short, found = code[:-13], {seal.short() for seal in seals if code[:-13]} or {""}
        require(self.short in found, f"the stamp names a seal {self.short}, this record has {found}")

    def check_history(self, seal: Record) -> None:
        """Step 9: the history worked out from the records themselves is what the seal counted."""
        records = [record for record in self.records if record.index < seal.index]
        indexes = self.find_history(records)
        require(sorted(indexes) == self.history, "the history lists other records")
        leaves = [record.leaf for record in records if record.index in indexes]
        found = {"count": len(leaves), "digest": format_ni(b"".join(leaves))}
        require(seal.body["history"] == found, f"the seal counts {seal.body['history']}, here are {found}")

    def find_history(self, records: list[Record]) -> set[int]:
        """The indexes of the lot's history (docs/spec/bundle.md, "History")."""
        events = {(r.index, r.chain, r.body["eventID"]) for r in records if r.kind == EVENT}
        fixes = {(r.corrects, r.chain, r.body.get("eventID")) for r in records if r.corrects is not None}
        corrected = {index for index, _, _ in events & fixes}
        live = [record for record in records if record.uses and record.index not in corrected]
        reached, flows, size = {self.lot}, dict[int, Record](), 0
        while size < len(reached):
            size = len(reached)
            for record in (r for r in live if r.makes & reached):
                flows[record.index] = record
                reached |= record.uses
        last = dict(sorted((used, record.done_at) for record in flows.values() for used in record.uses))
        makers = {(made, record.chain) for record in records for made in record.makes}
        indexes = set(flows)
        for record in records:
            if record.kind == EVENT:
                parents = (record.named - record.takes) & last.keys()
                belongs = self.lot in record.named or any(record.done_at <= last[p] for p in parents)
            else:
                belongs = self.lot in record.named and (record.body.get("lot"), record.chain) in makers
            indexes |= {record.index} if belongs else set()
        return indexes

    def check_credential(self, seal: Record, keys: list[Key]) -> None:
        """Step 10: the sealed credential, signed as eddsa-jcs-2022 (vc-di-eddsa §3.3.2) by one of `keys`."""
        document = dict(self.credential)
        require(format_ni(canonical(document).encode()) == seal.body["credential"], "not the one sealed")
        require(document["credentialSubject"]["id"] == self.lot, "the credential is of another lot")
        options = dict(document.pop("proof"))
        signature = from_base58(options.pop("proofValue").removeprefix("z"))
        wanted = ("DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod", document["@context"])
        found = tuple(options.get(name) for name in ("type", "cryptosuite", "proofPurpose", "@context"))
        require(found == wanted, "another kind of proof")
        issuer, _, multikey = options["verificationMethod"].partition("#z")
        require(issuer == document["issuer"]["id"], "the key is not the issuer's")
        key = next((key for key in keys if b"\xed\x01" + key.public == from_base58(multikey)), None)
        if key is None:
            raise RefusedError("signed by no key of the cooperative that was valid then")
        hashed = [hashlib.sha256(canonical(part).encode()).digest() for part in (options, document)]
        key.check(b"".join(hashed), signature, "the credential")


class KeyRing:
    """Which key was valid where, rebuilt from the key statements in the bundle."""

    def __init__(self, origin: str) -> None:
        self.origin, self.held = origin, list[tuple[Key, int, float]]()

    def chain_of(self, name: str) -> str:
        """The chain of a key name `<origin>/<chain>[/<device>]`; empty for other names."""
        match = re.fullmatch(rf"({CHAIN_ID})(?:/{CHAIN_ID})?", name[len(self.origin) + 1 :])
        return match[1] if match and name.startswith(self.origin + "/") else ""

    def keys_of(self, chain: str, index: int) -> list[Key]:
        """The keys of a chain that are valid at an index."""
        return [k for k, start, end in self.held if start <= index < end and self.chain_of(k.name) == chain]

    def find(self, name: str, key_id: bytes, index: int) -> Key | None:
        """The key of this name and id that is valid at an index."""
        return {(k.name, k.id): k for k in self.keys_of(self.chain_of(name), index)}.get((name, key_id))

    def take(self, record: Record) -> None:
        """Check who signed the record (step 2), and let a key statement change the ring."""
        where, change = f"entry {record.index}", None
        if record.statement in ("KeyAdded", "KeyRevoked"):
            check_members(record.body, {"type", "id", "key"} | ({"reason"} & record.body.keys()), where)
            change = Key(record.body["key"])
            require(self.chain_of(change.name) == record.chain, f"{where}: a key of another chain")
        added = change if record.statement == "KeyAdded" else None
        own = set()
        signed = [(record.text, line) for line in record.signatures]
        signed += [self.record_note(record)] if "sogoc:record" in record.body else []
        for text, (name, key_id, signature) in signed:
            is_new = added is not None and (added.name, added.id) == (name, key_id)
            key = added if is_new else self.find(name, key_id, record.index)
            if key is None:
                raise RefusedError(f"{where}: {name}+{key_id.hex()} was not valid there")
            key.check(text.encode(), signature, where)
            own |= {key.line} if text == record.text and self.chain_of(name) == record.chain else set()
        require(own, f"{where}: no key of its own chain signed")
        if change is None:
            return
        known = self.find(change.name, change.id, record.index)
        if added is None:
            require(known and known.line == change.line, f"{where}: revokes a key that is not valid")
            stop = {change.line: record.index + 1}  # the last that it may sign is its own revocation
            self.held = [(key, start, min(end, stop.get(key.line, end))) for key, start, end in self.held]
            return
        require(change.line in own, f"{where}: the new key did not sign")
        require(record.seq == 0 or len(own) > 1, f"{where}: no earlier key signed for the new one")
        require(known is None, f"{where}: the key is valid already")
        self.held.append((change, record.index, float("inf")))

    def record_note(self, record: Record) -> tuple[str, tuple[str, bytes, bytes]]:
        """What a device of the chain signed of the record, and how (docs/spec/record-note.md)."""
        note = record.body["sogoc:record"]
        check_members(note, ("digest", "recordedAt", "signature", "signer"), "a record note")
        said = canonical({"digest": note["digest"], "recordedAt": note["recordedAt"]})
        text, [line] = parse_note(f"sogoc/record/v1\n{said}\n\n— {note['signer']} {note['signature']}\n")
        is_device = line[0] != f"{self.origin}/{record.chain}" and self.chain_of(line[0]) == record.chain
        is_whole = len(from_base64(note["digest"])) == 32 and re.fullmatch(TIME, note["recordedAt"])
        require(is_device and is_whole, f"entry {record.index}: a malformed record note, or by no device")
        return text, line


def take_steps(data: bytes, vkey: str | None, witnesses: Sequence[Key], stamp: str) -> Iterator[Bundle]:
    """One step after the other; each yields when it passed."""
    bundle = Bundle(data)
    _, key, ring = Key(bundle.vkey), Key(vkey or bundle.vkey), KeyRing(bundle.origin)
    yield bundle  # 1
    for record in bundle.records:
        ring.take(record)
    yield bundle  # 2
    bundle.check_chains()
    yield bundle  # 3
    yield bundle  # 4: done while parsing, as nothing is expected of a fingerprint but that it is in the tree
    for record in bundle.records:
        bundle.check_included(record.leaf, record.index, record.proof)
    yield bundle  # 5
    require(key.name == bundle.origin, f"the checkpoint is of {bundle.origin}, the key of {key.name}")
    require(bundle.lines_of(key), "the log's key did not sign the checkpoint")
    for signature in bundle.lines_of(key):
        key.check(bundle.note_text.encode(), signature, "the checkpoint")
    yield bundle  # 6
    bundle.witnessed = {one.name: bundle.cosigned_at(one) for one in (*bundle.named, *witnesses)}
    require(all(bundle.witnessed[one.name] for one in witnesses), "a witness asked for did not cosign")
    yield bundle  # 7
    yield bundle  # 8: told, for the reader to decide
    seal = next(iter(seals := bundle.find_seals()), None)
    if seal is not None:
        bundle.check_history(seal)
    require(seal is not None or bundle.history == [], "a history that no seal counts")
    yield bundle  # 9
    if seal is not None and "credential" in seal.body:
        bundle.check_credential(seal, ring.keys_of(seal.chain, seal.index))
    else:
        require(bundle.credential is None, "a credential that no seal names")
    yield bundle  # 10
    bundle.check_stamp(seals, stamp)
    yield bundle  # 11


def check(data: bytes, vkey: str | None, witnesses: Sequence[Key] = (), stamp: str = "") -> dict[str, Any]:
    """What came of the steps: those that passed, and the one that did not."""
    passed: list[str] = []
    try:
        for bundle in take_steps(data, vkey, witnesses, stamp):  # noqa: B007  # the last one is told of
            passed.append(STEPS[len(passed)])
        told = {"ok": True, "lot": bundle.lot, "entries": len(bundle.records), "vkey": vkey or bundle.vkey}
        told |= {"sealed": bundle.find_seals() != [], "witnessed": bundle.witnessed, "stamp": bundle.short}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        why = str(error) if isinstance(error, RefusedError) else f"malformed: {error!r}"
        told = {"ok": False, "step": len(passed) + 1, "name": STEPS[len(passed)], "why": why}
    return {**told, "passed": passed, "own_key": vkey is None}


def tell(told: dict[str, Any]) -> str:
    """What a person reads: a line for each step."""
    lines = [f"{place:2} {name:<22}ok" for place, name in enumerate(told["passed"], start=1)]
    if not told["ok"]:
        return "\n".join([*lines, f"{told['step']:2} {told['name']:<22}FAILED: {told['why']}"])
    lines.append(f"OK: {told['entries']} records of {told['lot']}")
    lines += [f"witness {name}: {at or 'did not cosign'}" for name, at in told["witnessed"].items()]
    lines += [] if told["sealed"] else ["NOT SEALED: records may be missing"]
    lines += [f"the stamp was printed for this record: {told['stamp']}"] if told["stamp"] else []
    return "\n".join([*lines, ("key in the file, compare it: " if told["own_key"] else "") + told["vkey"]])


def main() -> int:
    """Read the command line, check, tell."""
    parser = argparse.ArgumentParser(description="Check a proof file of a Sổ Gốc passport.")
    parser.add_argument("file", type=argparse.FileType("rb"))
    parser.add_argument("--vkey", type=Key, help="the log's verifier key, from a source that you trust")
    parser.add_argument("--witness", type=lambda line: Key(line, 4), action="append", default=[])
    parser.add_argument("--stamp", default="", metavar="TEXT", help="what the stamp's symbol says")
    parser.add_argument("--json", action="store_true", help="tell programs")
    given = parser.parse_args()
    told = check(given.file.read(), given.vkey and given.vkey.line, given.witness, given.stamp)
    sys.stdout.write((json.dumps(told, ensure_ascii=False) if given.json else tell(told)) + "\n")
    return 0 if told["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
