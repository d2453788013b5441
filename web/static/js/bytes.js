// Bytes and their one text: strict base64 (RFC 4648 §3.5, §4), UTF-8, SHA-256.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes of standard, padded, canonical base64. Throws for every other spelling. */
export function parseBase64(text) {
  if (typeof text !== "string" || text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new Error("not base64");
  }
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  // atob passes over unused trailing bits; writing back leaves one text per value.
  if (formatBase64(bytes) !== text) throw new Error("base64 is not canonical");
  return bytes;
}

/** Standard, padded base64. */
export function formatBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    text += [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]).join("");
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return missing ? text.slice(0, -missing) + "=".repeat(missing) : text;
}

/** UTF-8 of well-formed text. A lone surrogate has no UTF-8, so it throws instead of becoming U+FFFD. */
export function encodeText(text) {
  const bytes = new TextEncoder().encode(text);
  if (new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) !== text) {
    throw new Error("text is not well-formed Unicode");
  }
  return bytes;
}

/** The text of UTF-8 bytes; throws for bytes that are not UTF-8. A byte order mark stays in. */
export function decodeText(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** One array of all the bytes, in order. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. Nothing here is secret, so time may tell. */
export function isEqual(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Lower-case hexadecimal. */
export function formatHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of the bytes. */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The bytes of base58btc text: a leading 1 is a zero byte, the rest one big number. */
export function parseBase58(text) {
  let value = 0n;
  for (const char of text) {
    const digit = BASE58.indexOf(char);
    if (digit < 0) throw new Error("not base58btc");
    value = value * 58n + BigInt(digit);
  }
  const bytes = [];
  for (; value; value >>= 8n) bytes.unshift(Number(value & 255n));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...bytes]);
}
