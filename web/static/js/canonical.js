// Canonical JSON (RFC 8785) with text in NFC: one value has one text.

const MAX_DEPTH = 32;

/** The canonical JSON text of a parsed JSON value. Throws for values that have none. */
export function formatCanonical(value, depth = 0) {
  if (depth > MAX_DEPTH) throw new Error(`nested more than ${MAX_DEPTH} deep`);
  if (typeof value === "number") return formatNumber(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => formatCanonical(item, depth + 1)).join(",")}]`;
  }
  // sort() compares UTF-16 code units, as RFC 8785 §3.2.3 asks.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${formatCanonical(value[key], depth + 1)}`);
  return `{${members.join(",")}}`;
}

// RFC 8785 §3.2.2.3: numbers are written as ECMAScript writes them.
function formatNumber(value) {
  const isUnsafe = Number.isInteger(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (!Number.isFinite(value) || (isUnsafe && Math.abs(value) < 1e21)) throw new Error("number out of range");
  return JSON.stringify(value);
}

/** The value whose canonical JSON is exactly `text`: no other spelling, no repeated key, NFC. */
export function parseCanonical(text) {
  const value = JSON.parse(text);
  if (formatCanonical(value) !== text) throw new Error("not the canonical spelling of this JSON");
  if (text.normalize("NFC") !== text) throw new Error("text is not in NFC");
  return value;
}
