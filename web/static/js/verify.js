// The eleven steps of verification in the browser: a bundle's text in, each step told as it passes.
//
//  1 parse        strictly                          6 checkpoint signature   the log signed the root hash
//  2 signatures   by keys valid at that index       7 witness policy         enough of the reader's cosigned
//  3 chain link   each names the entry before it    8 freshness              and not too long ago
//  4 leaf hash    SHA-256(0x00 ‖ entry)             9 history                the seal counts these entries
//  5 inclusion    leads to the root hash           10 credential             sealed, signed by the cooperative
// 11 stamp        the paper at hand names this lot's seal
//
// This file shares no code with the server. Numbers and names are those of docs/spec/bundle.md.

import { parseBundle, require } from "./bundle.js";
import { formatHex, isEqual } from "./bytes.js";
import { checkCredential } from "./credential.js";
import { checkHistory } from "./history.js";
import { checkSignatures } from "./keyring.js";
import { leafHash, rootFromInclusion } from "./merkle.js";
import { parseVerifierKey } from "./notes.js";
import { checkStamp } from "./stamp.js";
import { findCosignatures, parseWitnessKey } from "./witnesses.js";

export const STEPS = [
  "parse",
  "signatures",
  "chain link",
  "leaf hash",
  "inclusion",
  "checkpoint signature",
  "witness policy",
  "freshness",
  "history",
  "credential",
  "stamp",
];

/** A step that did not pass: `step` 1 to 11, `message` what was wrong. */
export class StepError extends Error {
  constructor(step, cause) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.step = step;
    this.name = STEPS[step - 1];
  }
}

/** Whether this browser can verify: WebCrypto is there (it is not on plain http) and knows Ed25519. */
export async function canVerify() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(9), "Ed25519", true, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Verify the text of a bundle. `vkey` is the log's verifier key from a source of the reader's own; without it
 * the bundle's own is used, with a warning. `stamp` is the text of the stamp at hand, if any. `witnesses` are the reader's own witness keys, of which `quorum`
 * must have cosigned, the last of them at most `maxAgeHours` ago. `tell(step, warning, run)` is called as
 * each step passes. Resolves to `{lot, records, size, warnings, witnessed, claimed, stampedBy}`, the middle two
 * by the reader's keys and by those that only the bundle names; rejects with `StepError`.
 */
export async function verifyBundle(text, options = {}) {
  const { vkey = null, stamp = null, maxAgeHours = null, tell = () => {} } = options;
  const { witnesses = [], quorum = witnesses.length } = options;
  const run = { text, vkey, stamp, witnesses, quorum, maxAgeHours, warnings: [] };
  for (const [i, check] of CHECKS.entries()) {
    try {
      const warning = (await check(run)) ?? null;
      if (warning) run.warnings.push({ step: i + 1, warning });
      tell(i + 1, warning, run);
    } catch (error) {
      throw new StepError(i + 1, error);
    }
  }
  const { lot, records, checkpoint, stampedBy } = run.bundle;
  const { warnings, witnessed, claimed } = run;
  return { lot, records, size: checkpoint.size, warnings, witnessed, claimed, stampedBy };
}

const CHECKS = [
  // (1)
  async (run) => {
    run.bundle = parseBundle(run.text);
    const own = await parseVerifierKey(run.bundle.vkey);
    run.logKey = run.vkey ? await parseVerifierKey(run.vkey) : own;
  },
  // (2)
  async (run) => {
    run.ring = await checkSignatures(run.bundle.records, run.bundle.checkpoint.origin);
  },
  // (3)
  async ({ bundle }) => checkChains(bundle),
  // (4)
  async ({ bundle: { records } }) => {
    for (const record of records) record.leafHash = await leafHash(record.raw);
  },
  // (5)
  async ({ bundle: { records, checkpoint } }) => {
    for (const { leafHash: leaf, index, proof } of records) {
      await requireIncluded(leaf, index, proof, checkpoint);
    }
  },
  // (6)
  async ({ bundle: { checkpoint }, logKey, vkey }) => {
    require(checkpoint.origin === logKey.name, "the checkpoint is of another log than the key");
    const mine = checkpoint.note.signatures.filter(
      ({ name, keyId }) => name === logKey.name && keyId === logKey.keyId,
    );
    require(mine.length > 0, "the log's key did not sign the checkpoint");
    for (const { signature } of mine) {
      const isGood = await logKey.check(new TextEncoder().encode(checkpoint.note.text), signature);
      require(isGood, "bad signature on the checkpoint");
    }
    return vkey ? null : "own key";
  },
  // (7)
  async (run) => checkWitnesses(run),
  // (8)
  async ({ witnessed, maxAgeHours }) => {
    if (maxAgeHours === null) return;
    require(witnessed.length > 0, "no witness tells how old the checkpoint is");
    const ageHours = (Date.now() - Math.max(...witnessed.map(({ at }) => at))) / 3_600_000;
    require(ageHours > -1 / 6, "witnessed at a time that is still to come");
    require(ageHours <= maxAgeHours, `last witnessed ${Math.round(ageHours)} hours ago`);
  },
  // (9)
  async ({ bundle }) => checkHistory(bundle),
  // (10)
  async ({ bundle, ring }) => checkCredential(bundle, ring),
  // (11)
  async ({ bundle, stamp }) => checkStamp(bundle, stamp),
];

/** Step 7: the reader's witnesses decide; those that only the bundle names are shown. */
async function checkWitnesses(run) {
  const { note } = run.bundle.checkpoint;
  const own = await Promise.all(run.witnesses.map((line) => parseWitnessKey(line)));
  const named = await Promise.all(run.bundle.witnesses.map(({ line, title }) => parseWitnessKey(line, title)));
  const titles = new Map(named.map(({ publicKey, title }) => [publicKey, title]));
  for (const witness of own) witness.title = titles.get(witness.publicKey) ?? witness.title;
  run.witnessed = await findCosignatures(note, own);
  run.claimed = await findCosignatures(
    note,
    named.filter(({ publicKey }) => !own.some((witness) => witness.publicKey === publicKey)),
  );
  const { length } = run.witnessed;
  require(length >= run.quorum, `${run.quorum} witnesses wanted, ${length} cosigned`);
}

/** Step 3: seq and index of a chain rise together, and `prev` is the fingerprint of the entry before. */
async function checkChains({ records, checkpoint }) {
  const byIndex = new Map(records.map((record) => [record.index, record]));
  const last = new Map();
  for (const record of records) {
    const earlier = last.get(record.chain);
    require(!earlier || earlier.seq < record.seq, `entry ${record.index}: seq does not rise`);
    if (earlier?.seq === record.seq - 1) {
      require(record.prevProof.index === earlier.index, `entry ${record.index}: skips entry ${earlier.index}`);
    }
    if (record.prevProof) await requireLinked(record, byIndex.get(record.prevProof.index), checkpoint);
    last.set(record.chain, record);
  }
}

async function requireLinked({ index, chain, seq, prev, prevProof }, before, checkpoint) {
  await requireIncluded(prev, prevProof.index, prevProof.proof, checkpoint);
  if (!before) return;
  const isNeighbour = before.chain === chain && before.seq === seq - 1;
  const isNamed = isEqual(await leafHash(before.raw), prev);
  require(isNeighbour && isNamed, `entry ${index}: entry ${before.index} is not the one before it`);
}

async function requireIncluded(leaf, index, proof, { size, root }) {
  const found = await rootFromInclusion(leaf, index, size, proof);
  require(isEqual(found, root), `index ${index}: leads to ${formatHex(found).slice(0, 16)}…, not to the signed root`);
}
