// The tree of RFC 6962 §2.1: leaf and node hashes, and the root hash an inclusion proof leads to.

import { concat, sha256 } from "./bytes.js";

/** SHA-256(0x00 ‖ entry). */
export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));

const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/**
 * The root hash of the tree of `size` in which `leaf` stands at `index` beside `proof`, from the leaf up
 * (RFC 9162 §2.1.3.2, the same computation). Throws for a proof of the wrong length.
 */
export async function rootFromInclusion(leaf, index, size, proof) {
  if (!(index < size)) throw new Error(`index ${index} is not in a tree of size ${size}`);
  // BigInt: a log may outgrow 32-bit shifts.
  let [node, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) throw new Error("proof is too long");
    if (node % 2n || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2n === 0n && node) [node, last] = [node >> 1n, last >> 1n];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last) throw new Error("proof is too short");
  return hash;
}
