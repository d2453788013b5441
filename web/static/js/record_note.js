// Record notes (docs/spec/record-note.md): what a device signs, and how an entry carries it.
import { encodeText, formatHex, parseBase64 } from "./bytes.js";
import { formatCanonical } from "./canonical.js";

const TYPE = "sogoc/record/v1";
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;

/** The bytes that a device signs: `digest` is base64, `recordedAt` UTC with milliseconds. */
export function recordText({ digest, recordedAt }) {
  return encodeText(`${TYPE}\n${formatCanonical({ digest, recordedAt })}\n`);
}

/** `{name, keyId, signature, text}` of the member `sogoc:record` of an entry. Throws for what is none. */
export function parseCarriedNote(member) {
  const isObject = member !== null && typeof member === "object" && !Array.isArray(member);
  const names = isObject ? Object.keys(member).sort().join() : "";
  if (names !== "digest,recordedAt,signature,signer") throw new Error("not a record note");
  const { digest, recordedAt, signature, signer } = member;
  const blob = parseBase64(signature);
  const isWhole = parseBase64(digest).length === 32 && blob.length === 68 && typeof signer === "string";
  const isTime = TIME.test(recordedAt) && !Number.isNaN(Date.parse(recordedAt));
  if (!isWhole || !isTime) throw new Error("not a record note");
  const text = recordText({ digest, recordedAt });
  return { name: signer, keyId: formatHex(blob.subarray(0, 4)), signature: blob.subarray(4), text };
}
