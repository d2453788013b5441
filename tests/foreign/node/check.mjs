// Verifies credentials with nothing but other people's packages: jose for tokens, Digital Bazaar's for proofs inside
// credentials and for status lists, jsonld for what the words mean. It shares no code with ours, and asks no network:
//
//   token FOLDER FILE NOW       a vc+jwt; prints its id
//   embedded FOLDER FILE NOW    a credential with eddsa-jcs-2022 in it, and the status lists it names; prints its id
//   expand FOLDER FILE NOW      JSON-LD in which every word must be defined; prints how many statements it makes
//
// FOLDER/documents.json says which file answers for which address. Exit code 0 holds, 1 rejected, 2 usage.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { verifyCredential } from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import jsonld from "jsonld";

const readJson = async (path) => JSON.parse(await readFile(path, "utf-8"));

/** Answers for addresses from files; for `did#key` with that key, if the DID's document lets it sign credentials. */
async function openDocuments(folder) {
  const files = await readJson(join(folder, "documents.json"));
  return async (url) => {
    const [address, fragment] = url.split("#");
    if (!Object.hasOwn(files, address)) throw new Error(`no document for ${url}`);
    const found = await readJson(join(folder, files[address]));
    const document = fragment === undefined ? found : methodOf(found, url);
    return { contextUrl: null, documentUrl: url, document };
  };
}

function methodOf(controller, url) {
  const method = controller.verificationMethod.find(({ id }) => id === url);
  if (!method || !controller.assertionMethod.includes(url)) throw new Error(`${url} signs no credentials`);
  return { "@context": controller["@context"], ...method };
}

async function checkToken(load, path) {
  const token = (await readFile(path, "utf-8")).trim();
  const { kid } = decodeProtectedHeader(token);
  const { document: method } = await load(kid);
  const key = await importJWK(method.publicKeyJwk, "EdDSA");
  const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ["EdDSA"] });
  if (protectedHeader.typ !== "vc+jwt") throw new Error(`a token of type ${protectedHeader.typ}`);
  const credential = JSON.parse(new TextDecoder().decode(payload));
  const issuer = credential.issuer.id ?? credential.issuer;
  if (issuer !== method.controller) throw new Error("the key is not the issuer's");
  return credential.id;
}

async function checkEmbedded(load, path, now) {
  const credential = await readJson(path);
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const result = await verifyCredential({
    credential,
    suite,
    now,
    documentLoader: load,
    checkStatus: (options) => checkStatusAt(options, suite, load, now),
  });
  if (!result.verified) {
    throw new Error(result.error?.errors?.[0]?.message ?? result.error?.message ?? JSON.stringify(result.statusResult));
  }
  return credential.id;
}

/** The package verifies lists at the time of its own clock, so their proofs are checked here at ours. */
async function checkStatusAt({ credential }, suite, load, now) {
  const entries = [credential.credentialStatus].flat();
  for (const { statusListCredential } of entries) {
    const { document } = await load(statusListCredential);
    const listed = await verifyCredential({ credential: document, suite, now, documentLoader: load });
    if (!listed.verified) throw new Error(`status list: ${listed.error.errors?.[0]?.message ?? listed.error.message}`);
  }
  const options = { credential, suite, documentLoader: load, verifyBitstringStatusListCredential: false };
  const told = await checkStatus(options);
  if (!told.verified) throw told.error;
  const set = told.results.filter(({ status }) => status).map(({ credentialStatus }) => credentialStatus);
  if (set.length > 0) throw new Error(`no longer stands: ${set.map(({ statusPurpose }) => statusPurpose).join(", ")}`);
  return { verified: true };
}

async function expand(load, path) {
  const options = { documentLoader: load, safe: true };
  const statements = await jsonld.toRDF(await readJson(path), options);
  return String(statements.length);
}

const COMMANDS = { token: checkToken, embedded: checkEmbedded, expand };
const [command, folder, path, now] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command ?? "") || now === undefined) {
  process.stderr.write("usage: check.mjs token|embedded|expand FOLDER FILE NOW\n");
  process.exit(2);
}
try {
  process.stdout.write(`${await COMMANDS[command](await openDocuments(folder), path, new Date(now))}\n`);
} catch (error) {
  process.stderr.write(`rejected: ${error.message}\n`);
  process.exitCode = 1;
}
