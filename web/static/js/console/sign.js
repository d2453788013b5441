// The phone's own key: made here, never leaving the browser (not even this script can read it), and what it signs.
import { concat, encodeText, formatBase64, formatHex, sha256 } from "../bytes.js";
import { formatCanonical } from "../canonical.js";
import { keepFact, readFact } from "./store.js";
import { recordText } from "../record_note.js";

const ALGORITHM = "Ed25519";
const ED25519 = Uint8Array.of(1);
const DOMAIN = "sogoc/record-answers/v1\0";
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const FINGERPRINT_CHARS = 12;

/** Whether this browser makes Ed25519 keys. */
export async function canSign() {
  try {
    await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

/** `{pair, name, keyId, line, organisation, state}`, or undefined where this phone has no key. */
export const readDevice = () => readFact("device");

/** A new key for this phone, as a device of `organisation` in the log `origin`. */
export async function makeDevice(origin, organisation) {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const random = crypto.getRandomValues(new Uint8Array(8));
  const name = `${origin}/${organisation}/may-${Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
  const keyId = (await sha256(concat(encodeText(`${name}\n`), ED25519, publicKey))).slice(0, 4);
  const line = `${name}+${formatHex(keyId)}+${formatBase64(concat(ED25519, publicKey))}`;
  const device = { pair, name, keyId, line, organisation, publicKey, state: "unknown" };
  await keepFact("device", device);
  return device;
}

export async function setDeviceState(state) {
  const device = await readDevice();
  if (device && device.state !== state) await keepFact("device", { ...device, state });
}

async function signatureLine(device, text) {
  const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, device.pair.privateKey, text));
  return `\u2014 ${device.name} ${formatBase64(concat(device.keyId, signature))}\n`;
}

/** The note by which the phone asks to be taken in: its KeyAdded, signed by itself. */
export async function makeRequest(device) {
  const body = { id: `urn:uuid:${crypto.randomUUID()}`, key: device.line, type: "KeyAdded" };
  const text = `sogoc/statement/v1\n${formatCanonical(body)}\n`;
  return `${text}\n${await signatureLine(device, encodeText(text))}`;
}

/** What people compare on two screens: 60 bits of the public key's digest. */
export async function fingerprint({ publicKey }) {
  const digest = await sha256(publicKey);
  let text = "";
  for (let at = 0; at < FINGERPRINT_CHARS; at += 1) {
    const bit = at * 5;
    const pair = (digest[bit >> 3] << 8) | digest[(bit >> 3) + 1];
    text += BASE32[(pair >> (11 - (bit & 7))) & 31];
  }
  return text.match(/.{4}/g).join("-");
}

/** `{note, salt}` for the answers of a form, or nothing where no registered key is at hand. */
export async function signAnswers(answers, organisation) {
  const device = await readDevice();
  if (device?.state !== "valid" || device.organisation !== organisation) return {};
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const digest = await sha256(concat(encodeText(DOMAIN), salt, encodeText(formatCanonical(answers))));
  const text = recordText({ digest: formatBase64(digest), recordedAt: new Date().toISOString() });
  const note = `${new TextDecoder().decode(text)}\n${await signatureLine(device, text)}`;
  return { note, salt: formatBase64(salt) };
}
