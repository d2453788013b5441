// Step 10: the credential beside the records is the one that the seal names, and the cooperative signed it
// (W3C Data Integrity, eddsa-jcs-2022) with a key that was valid where the lot was sealed.

import { require } from "./bundle.js";
import { concat, encodeText, formatHex, parseBase58, sha256 } from "./bytes.js";
import { formatCanonical } from "./canonical.js";
import { findSeal } from "./history.js";
import { chainOf } from "./keyring.js";
import { formatNi } from "./ni.js";

export async function checkCredential(bundle, ring) {
  const seal = findSeal(bundle);
  const sealed = seal?.body.credential;
  if (!sealed) {
    require(bundle.credential === null, "a credential that no seal names");
    return "no credential";
  }
  const { credential, checkpoint } = bundle;
  require(credential !== null && typeof credential === "object", "the sealed credential is missing");
  const digest = formatNi(await hashOf(credential));
  require(digest === sealed, "another credential than the one sealed");
  require(credential.credentialSubject?.id === bundle.lot, "the credential is of another lot");
  const keys = ring.keysAt(seal.index).filter((key) => chainOf(key.name, checkpoint.origin) === seal.chain);
  await requireProof(credential, keys);
  return null;
}

const hashOf = (value) => sha256(encodeText(formatCanonical(value)));

/** vc-di-eddsa §3.3.2. The verification method's fragment is the key itself, as a Multikey. */
async function requireProof({ proof, ...unsecured }, keys) {
  require(proof?.type === "DataIntegrityProof" && proof.cryptosuite === "eddsa-jcs-2022", "another kind of proof");
  require(proof.proofPurpose === "assertionMethod", "a proof for another purpose");
  const { proofValue, ...options } = proof;
  const [did, fragment] = proof.verificationMethod.split("#");
  require(did === unsecured.issuer?.id, "the key is not the issuer's");
  const multikey = parseMultibase(fragment);
  const key = keys.find(({ publicKey }) => formatHex(multikey) === `ed01${formatHex(publicKey)}`);
  require(key, "signed by no key of the cooperative that was valid then");
  if ("@context" in options) {
    require(formatCanonical(options["@context"]) === formatCanonical(unsecured["@context"]), "another context");
  }
  const message = concat(await hashOf(options), await hashOf(unsecured));
  require(await key.check(message, parseMultibase(proofValue)), "bad signature on the credential");
}

function parseMultibase(text) {
  require(typeof text === "string" && text[0] === "z" && text.length <= 128, "not base58btc");
  return parseBase58(text.slice(1));
}
