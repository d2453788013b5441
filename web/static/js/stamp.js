// What the symbol of a stamp holds (docs/spec/stamp-url.md), and step 11: its first six characters name a seal
// of the lot. Who holds the paper holds them, whatever a server says later.

import { require } from "./bundle.js";
import { encodeText } from "./bytes.js";
import { findSeals } from "./history.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TEXT = new RegExp(`^([${ALPHABET}]{6})?([${ALPHABET}]{13})$`);
const SALT = "sogoc/stamp-url/v1";
const ITERATIONS = 100_000;
const MAX_TYPED = 64;

/** `{short, code}` of a stamp's address or of what somebody typed of it; `short` is "" on stamps without. */
export function readStamp(text) {
  const bare = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const last = bare.split(/[?#]/, 1)[0].replace(/\/+$/, "").split("/").at(-1);
  const capitals = last.replace(/[ -]/g, "").replace(/[a-z]/g, (char) => char.toUpperCase());
  const found = TEXT.exec(capitals.replace(/O/g, "0").replace(/[IL]/g, "1"));
  require(found && last.length <= MAX_TYPED, "not the text of a stamp");
  return { short: found[1] ?? "", code: found[2] };
}

/** The six characters of a leaf hash: 30 bits, stretched by PBKDF2 so that another record with them is dear. */
export async function shortDigest(leafHash) {
  const key = await crypto.subtle.importKey("raw", leafHash, "PBKDF2", false, ["deriveBits"]);
  const rule = { name: "PBKDF2", hash: "SHA-256", salt: encodeText(SALT), iterations: ITERATIONS };
  const bits = new DataView(await crypto.subtle.deriveBits(rule, key, 32)).getUint32(0) >>> 2;
  return [25, 20, 15, 10, 5, 0].map((shift) => ALPHABET[(bits >>> shift) & 31]).join("");
}

/** Step 11. Resolves to what to mind: "no stamp", "no short", "earlier seal", or null. */
export async function checkStamp(bundle, text) {
  if (!text) return "no stamp";
  const { short } = readStamp(text);
  if (!short) return "no short";
  for (const [age, seal] of findSeals(bundle).reverse().entries()) {
    if ((await shortDigest(seal.leafHash)) === short) return age ? "earlier seal" : null;
  }
  throw new Error(`the stamp names a seal ${short}, this record has another`);
}
