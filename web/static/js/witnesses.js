// Witnesses (C2SP tlog-cosignature, tlog-policy): whom a bundle names, whom the reader trusts, who cosigned when.

import { concat, encodeText, formatHex, parseBase64, sha256 } from "./bytes.js";
import { isName, makeVerifierKey } from "./notes.js";
import { say, sayDay } from "./words.js";

const ED25519_COSIGNATURE = 4;
const ML_DSA_COSIGNATURE = 6;
const LAST_TIME = 253402300799n;

/** The witnesses of a policy in the one spelling that bundles have: `[{title, line}]`. */
export function parsePolicy(text) {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("a policy ends with a newline");
  const witnesses = [];
  for (const line of lines) {
    const [kind, name, ...rest] = line.split(" ");
    const isLine = { witness: rest.length === 1, group: rest.length > 1, quorum: !rest.length }[kind];
    if (!isLine || !name) throw new Error(`not a line of a policy: ${line.slice(0, 60)}`);
    if (kind === "witness") witnesses.push({ title: name.replaceAll("_", " "), line: rest[0] });
  }
  return witnesses;
}

/** A witness's key from `name+hex8+base64(type ‖ public key)`. ML-DSA-44 keys are known, but not checked here. */
export async function parseWitnessKey(line, title = null) {
  const [name, keyId, ...rest] = line.split("+");
  const typed = parseBase64(rest.join("+"));
  const isKnown = [ED25519_COSIGNATURE, ML_DSA_COSIGNATURE].includes(typed[0]);
  if (!isName(name) || !isKnown) throw new Error("not a witness's key");
  const identity = await sha256(concat(encodeText(`${name}\n`), typed));
  if (formatHex(identity.subarray(0, 4)) !== keyId) throw new Error("the key id is not that of this key");
  const isEd25519 = typed[0] === ED25519_COSIGNATURE;
  const key = isEd25519 ? await makeVerifierKey(name, typed.subarray(1)) : null;
  return { name, keyId, title: title ?? name, publicKey: formatHex(typed), key };
}

/**
 * When each witness cosigned the checkpoint's note: `[{name, title, publicKey, at}]`, the latest for each.
 * Throws when a line by a known key is false; lines by others are passed over.
 */
export async function findCosignatures(note, witnesses) {
  const latest = new Map();
  for (const line of note.signatures) {
    const witness = witnesses.find(({ name, keyId }) => name === line.name && keyId === line.keyId);
    if (!witness?.key) continue;
    const seconds = readTime(line.signature);
    const message = encodeText(`cosignature/v1\ntime ${seconds}\n${note.text}`);
    const isGood = seconds <= LAST_TIME && (await witness.key.check(message, line.signature.subarray(8)));
    if (!isGood) throw new Error(`bad cosignature by ${witness.name}`);
    const at = new Date(Number(seconds) * 1000);
    const { name, title, publicKey } = witness;
    if (!(latest.get(publicKey)?.at >= at)) latest.set(publicKey, { name, title, publicKey, at });
  }
  return [...latest.values()];
}

function readTime(signature) {
  return signature.subarray(0, 8).reduce((time, byte) => (time << 8n) | BigInt(byte), 0n);
}

/** What a person reads beside the steps 7 and 8: who cosigned and when, and who stamped the time. */
export function tellOutsiders(step, { bundle, witnessed, claimed }) {
  if (step === 7) {
    const own = witnessed.map(({ title, at }) => `${title}: ${formatMoment(at)}`);
    const other = claimed.map(({ title, at }) => say("%(title)s: %(at)s (theo khóa trong tệp)", { title, at: formatMoment(at) }));
    return [...own, ...other].join("; ");
  }
  return step === 8 ? bundle.stampedBy.map((name) => say("Kèm dấu thời gian của %(name)s", { name })).join("; ") : "";
}

/** `14:05 ngày 12/05/2026` on the clock of Viet Nam. */
function formatMoment(at) {
  const local = new Date(at.getTime() + 7 * 3_600_000).toISOString();
  const day = new Date(Number(local.slice(0, 4)), Number(local.slice(5, 7)) - 1, Number(local.slice(8, 10)));
  return say("%(time)s ngày %(day)s", { time: local.slice(11, 16), day: sayDay(day, true) });
}
