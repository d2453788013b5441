// Signed notes and verifier keys (C2SP signed-note), Ed25519 only.

import { concat, encodeText, formatHex, isEqual, parseBase64, sha256 } from "./bytes.js";

const ED25519 = 1;
const MAX_SIGNATURES = 100;
const NAME = /^[^\s\u0085+\u0000-\u001f\u007f]{1,255}$/u;

// y coordinates of the points of small order: under such a key one signature fits many messages.
const SMALL_ORDER = new Set([
  "00".repeat(32),
  "01" + "00".repeat(31),
  "ec" + "ff".repeat(30) + "7f",
  "ed" + "ff".repeat(30) + "7f",
  "ee" + "ff".repeat(30) + "7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** `{text, signatures: [{name, keyId, signature}]}` of a note in its one spelling. `text` ends with a newline. */
export function parseNote(note) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0) throw new Error("no blank line between text and signatures");
  const text = note.slice(0, end + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new Error("control character in a note");
  const lines = note.slice(end + 2).split("\n");
  if (lines.pop() !== "" || !lines.length || lines.length > MAX_SIGNATURES) {
    throw new Error("signature lines are missing, too many, or not ended by a newline");
  }
  return { text, signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line) {
  const match = /^— (\S+) (\S+)$/u.exec(line);
  if (!match || !isName(match[1])) throw new Error("not a signature line");
  const blob = parseBase64(match[2]);
  if (blob.length <= 4) throw new Error("empty signature");
  return { name: match[1], keyId: formatHex(blob.subarray(0, 4)), signature: blob.subarray(4) };
}

/** Whether a key can be called so. */
export function isName(name) {
  return NAME.test(name) && encodeText(name).length <= 255;
}

/** A key to check signatures with, from `name+hex8+base64(0x01 ‖ public key)`. */
export async function parseVerifierKey(line) {
  const [name, keyId, ...rest] = line.split("+");
  const typed = parseBase64(rest.join("+"));
  if (!isName(name) || typed.length !== 33 || typed[0] !== ED25519) throw new Error("not an Ed25519 verifier key");
  const key = await makeVerifierKey(name, typed.subarray(1));
  if (key.keyId !== keyId) throw new Error("the key id is not that of this key");
  return key;
}

/** The key of a name and 32 public bytes: `{name, keyId, publicKey, line, check(text, signature)}`. */
export async function makeVerifierKey(name, publicKey) {
  const reduced = Uint8Array.from(publicKey);
  reduced[31] &= 0x7f;
  if (SMALL_ORDER.has(formatHex(reduced))) throw new Error("public key has small order");
  const identity = await sha256(concat(encodeText(`${name}\n`), Uint8Array.of(ED25519), publicKey));
  const imported = await crypto.subtle.importKey("raw", publicKey, "Ed25519", true, ["verify"]);
  return {
    name,
    keyId: formatHex(identity.subarray(0, 4)),
    publicKey,
    isSame: (other) => other.name === name && isEqual(other.publicKey, publicKey),
    check: (message, signature) => crypto.subtle.verify("Ed25519", imported, signature, message),
  };
}
