// Which key was valid where, rebuilt from the key statements in the bundle: step 2 of verification.

import { require } from "./bundle.js";
import { parseVerifierKey } from "./notes.js";
import { parseCarriedNote } from "./record_note.js";

const CHAIN_PART = /^[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?$/;
const REASONS = ["superseded", "lost", "compromised", "retired"];

/**
 * Check every signature of every record, in the order of the log. Each is by a key valid at that index, and at
 * least one by a key of the record's own chain. Returns the ring: `keyFor(name, keyId, index)`, `keysAt(index)`.
 */
export async function checkSignatures(records, origin) {
  const ring = new KeyRing();
  for (const record of records) {
    const change = await readKeyChange(record, origin);
    const authors = findAuthors(record, ring, change);
    const own = authors.filter((key) => chainOf(key.name, origin) === record.chain);
    require(own.length > 0, `entry ${record.index}: no key of its own chain signed`);
    if (change) requireChange(record, ring, change, own);
    for (const [i, { signature }] of record.signatures.entries()) {
      const isGood = await authors[i].check(record.text, signature);
      require(isGood, `entry ${record.index}: bad signature by ${authors[i].name}`);
    }
    await checkRecordNote(record, ring, origin);
    if (change) ring.apply(change, record.index);
  }
  return ring;
}

// What a device signed of the record (docs/spec/record-note.md): one of the chain's own, with a key valid here.
async function checkRecordNote({ body, chain, index }, ring, origin) {
  if (!("sogoc:record" in body)) return;
  const note = parseCarriedNote(body["sogoc:record"]);
  const isDevice = chainOf(note.name, origin) === chain && note.name !== `${origin}/${chain}`;
  require(isDevice, `entry ${index}: ${note.name} is no device of its chain`);
  const key = ring.keyFor(note.name, note.keyId, index);
  require(key, `entry ${index}: ${note.name} was not valid there`);
  require(await key.check(note.text, note.signature), `entry ${index}: bad signature by ${note.name}`);
}

/** The chain whose key is called `name`: `<origin>/<chain>` or `<origin>/<chain>/<device>`; else null. */
export function chainOf(name, origin) {
  const parts = name.startsWith(`${origin}/`) ? name.slice(origin.length + 1).split("/") : [];
  const isKeyName = (parts.length === 1 || parts.length === 2) && parts.every((part) => CHAIN_PART.test(part));
  return isKeyName ? parts[0] : null;
}

async function readKeyChange({ statement, body, chain, index }, origin) {
  if (statement !== "KeyAdded" && statement !== "KeyRevoked") return null;
  const isRevoked = statement === "KeyRevoked";
  const names = Object.keys(body).sort().join();
  require(names === "id,key,type" || (isRevoked && names === "id,key,reason,type"), "not a key statement");
  require(body.reason === undefined || REASONS.includes(body.reason), "no reason to revoke a key");
  const key = await parseVerifierKey(body.key);
  require(chainOf(key.name, origin) === chain, `entry ${index}: a key of another chain`);
  return { key, isRevoked };
}

function findAuthors(record, ring, change) {
  const added = change && !change.isRevoked ? change.key : null;
  return record.signatures.map(({ name, keyId }) => {
    if (added && added.name === name && added.keyId === keyId) return added;
    const key = ring.keyFor(name, keyId, record.index);
    require(key, `entry ${record.index}: ${name} was not valid there`);
    return key;
  });
}

function requireChange({ index, seq }, ring, { key, isRevoked }, own) {
  const known = ring.keyFor(key.name, key.keyId, index);
  if (isRevoked) {
    require(known && known.isSame(key), `entry ${index}: revokes a key that is not valid`);
    return;
  }
  require(own.some((author) => author.isSame(key)), `entry ${index}: the new key did not sign`);
  require(seq === 0 || own.length > 1, `entry ${index}: no earlier key signed for the new one`);
  require(!known, `entry ${index}: the key is valid already`);
}

class KeyRing {
  #held = [];

  apply({ key, isRevoked }, index) {
    if (!isRevoked) {
      this.#held.push({ key, from: index, until: Infinity });
      return;
    }
    // The revocation itself is the last entry that the key may sign.
    const held = this.#held.find((h) => h.key.isSame(key) && h.until === Infinity);
    held.until = index + 1;
  }

  keysAt(index) {
    return this.#held.filter(({ from, until }) => from <= index && index < until).map(({ key }) => key);
  }

  keyFor(name, keyId, index) {
    return this.keysAt(index).find((key) => key.name === name && key.keyId === keyId);
  }
}
