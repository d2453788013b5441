// Digests as text: `ni:///sha-256;` and base64url without padding (RFC 6920 §3).

import { formatBase64 } from "./bytes.js";

/** The name of a SHA-256 digest. */
export function formatNi(digest) {
  const text = formatBase64(digest).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `ni:///sha-256;${text}`;
}
