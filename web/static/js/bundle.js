// A proof file taken apart strictly (docs/spec/bundle.md): step 1 of verification.

import { encodeText, formatHex, parseBase64 } from "./bytes.js";
import { parseCanonical } from "./canonical.js";
import { parseNote } from "./notes.js";
import { parsePolicy } from "./witnesses.js";

const MEMBERS = ["type", "lot", "log", "checkpoint", "hashes", "entries", "history", "credential"];
// Version 2 is version 1 and whom the log asks to witness it, and timestamps.
const VERSIONS = { "sogoc/bundle/v1": MEMBERS, "sogoc/bundle/v2": [...MEMBERS, "policy", "timestamps"] };
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ENTRY_BYTES = 65535;
const KINDS = ["sogoc/event/v1", "sogoc/statement/v1"];
const HEADER =
  /^sogoc\/entry\/v1\n([0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?) (0|[1-9][0-9]{0,15}) ([A-Za-z0-9+/]{43}=) ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\n\n/;

export function require(condition, why) {
  if (!condition) throw new Error(why);
}

/** The bundle in a file's text: `{lot, vkey, checkpoint, records, history, credential, witnesses, stampedBy}`. */
export function parseBundle(text) {
  require(text.length <= MAX_BYTES, "the file is too large");
  const file = JSON.parse(text);
  require(file !== null && Object.hasOwn(VERSIONS, file.type), "not a bundle of version 1 or 2");
  requireMembers(file, VERSIONS[file.type]);
  requireMembers(file.log, ["origin", "vkey"]);
  require(typeof file.lot === "string" && typeof file.log.vkey === "string", "a name is missing");
  const checkpoint = parseCheckpoint(file.checkpoint);
  require(checkpoint.origin === file.log.origin, "the checkpoint is of another log");
  const hashes = parseHashes(file.hashes);
  const records = file.entries.map((item) => parseRecord(item, hashes, checkpoint.size));
  require(records.length > 0, "no entries");
  require(records.every((r, i) => !i || records[i - 1].index < r.index), "entries are not in order");
  require(hashes.used.every(Boolean), "a hash belongs to no proof");
  require(Array.isArray(file.history), "no history");
  const { lot, history, credential } = file;
  const witnesses = parsePolicy(file.policy ?? "quorum none\n");
  const stampedBy = (file.timestamps ?? []).map(parseTimestamp);
  return { lot, vkey: file.log.vkey, checkpoint, records, history, credential, witnesses, stampedBy };
}

/** Who stamped; the token itself is left to programs that know certificates. */
function parseTimestamp(item) {
  requireMembers(item, ["authority", "token"]);
  require(typeof item.authority === "string" && parseBase64(item.token).length > 0, "not a timestamp");
  return item.authority.replaceAll("_", " ");
}

function requireMembers(value, names) {
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  require(isObject && Object.keys(value).sort().join() === [...names].sort().join(), `members: ${names}`);
}

function parseHashes(texts) {
  require(Array.isArray(texts) && new Set(texts).size === texts.length, "hashes are missing or repeated");
  const values = texts.map(parseBase64);
  require(values.every((value) => value.length === 32), "a hash has 32 bytes");
  return { values, used: values.map(() => false) };
}

function takeProof(positions, hashes) {
  require(Array.isArray(positions) && positions.length <= 63, "not a proof");
  return positions.map((position) => {
    require(Number.isInteger(position) && position >= 0 && position < hashes.values.length, "no such hash");
    hashes.used[position] = true;
    return hashes.values[position];
  });
}

/** `{origin, size, root, note}` of a checkpoint (C2SP tlog-checkpoint). Its signature is checked later. */
function parseCheckpoint(text) {
  require(typeof text === "string", "no checkpoint");
  const note = parseNote(text);
  const [origin, size, root, ...rest] = note.text.split("\n");
  const rootBytes = parseBase64(root);
  require(/^[1-9][0-9]{0,15}$/.test(size) && Number.isSafeInteger(Number(size)), "size of the checkpoint");
  require(rootBytes.length === 32 && rest.pop() === "" && !rest.includes(""), "not a checkpoint");
  return { origin, size: Number(size), root: rootBytes, note };
}

function parseRecord(item, hashes, size) {
  requireMembers(item, "prev" in item ? ["index", "entry", "proof", "prev"] : ["index", "entry", "proof"]);
  require(isIndexBelow(item.index, size), `index out of range: ${item.index}`);
  const raw = encodeText(item.entry);
  const header = HEADER.exec(item.entry);
  require(header && raw.length <= MAX_ENTRY_BYTES, `entry ${item.index} is malformed`);
  const [whole, chain, seqText, prevText, recorded] = header;
  const seq = Number(seqText);
  const prev = parseBase64(prevText);
  const isFirst = seq === 0;
  require(Number.isSafeInteger(seq) && isFirst === /^0+$/.test(formatHex(prev)), "prev does not fit seq");
  require(isFirst === !("prev" in item), "the proof of the entry before is missing");
  require(new Date(recorded).toISOString() === recorded, "not a time");
  return {
    index: item.index,
    raw,
    chain,
    seq,
    prev,
    recorded,
    proof: takeProof(item.proof, hashes),
    prevProof: isFirst ? null : parsePrev(item.prev, item.index, hashes),
    ...parseEventNote(item.entry.slice(whole.length)),
  };
}

function parsePrev(prev, index, hashes) {
  requireMembers(prev, ["index", "proof"]);
  require(isIndexBelow(prev.index, index), "the entry before stands behind");
  return { index: prev.index, proof: takeProof(prev.proof, hashes) };
}

function isIndexBelow(value, limit) {
  return Number.isSafeInteger(value) && value >= 0 && value < limit;
}

/** `{kind, body, statement, text, signatures}` of an event note (docs/spec/event-note.md). */
function parseEventNote(note) {
  const { text, signatures } = parseNote(note);
  const [kind, json, end, ...rest] = text.split("\n");
  require(KINDS.includes(kind) && end === "" && !rest.length, "not an event note");
  const body = parseCanonical(json);
  require(body !== null && typeof body === "object" && !Array.isArray(body), "the JSON is not an object");
  const signers = new Set(signatures.map(({ name, keyId }) => `${name}+${keyId}`));
  require(signers.size === signatures.length && signers.size <= 16, "signatures repeat");
  const statement = kind === KINDS[1] ? body.type : null;
  return { kind, body, statement, text: encodeText(text), signatures };
}
