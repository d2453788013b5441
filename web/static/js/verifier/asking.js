// A stamp's own host is asked what it says of the stamp, and for the proof of the lot. Nothing that it says is
// believed before it is verified; what cannot be is shown as its word.

import { readStamp } from "../stamp.js";

const PATIENCE_MS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** Why nothing came: `kind` is "text" (no stamp), "silent" (no network, or the host forbids it), "status". */
export class AskingError extends Error {
  constructor(kind, host, status = 0) {
    super(`${kind} ${host} ${status}`);
    this.kind = kind;
    this.host = host;
    this.status = status;
  }
}

/** The address of a stamp's page from what was scanned or typed; `home` is the server for a code alone. */
export function addressOf(text, home) {
  let { short, code } = { short: "", code: "" };
  try {
    ({ short, code } = readStamp(text));
  } catch {
    throw new AskingError("text", "");
  }
  const typed = text.trim();
  const found = /^(?:(https?):\/\/)?([^/?#@\\\s]+)\/s\//i.exec(typed);
  const base = found ? `${(found[1] ?? "https").toLowerCase()}://${found[2].toLowerCase()}` : home;
  if (!base || (typed.includes("/") && !found)) throw new AskingError("text", "");
  return new URL(`/s/${short}${code}`, base);
}

/** `{host, said, text}`: the host's own words on the stamp (or null), and the proof file's text (or null). */
export async function askHost(address) {
  const answer = await ask(address, "application/json");
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  const said = isJson ? JSON.parse(await readText(answer, address)) : null;
  if (!Array.isArray(said?.verdict?.lines_vi)) throw new AskingError("status", address.host, answer.status);
  if (!said.bundle) return { host: address.host, said, text: null };
  const bundle = await ask(new URL(`${address.pathname}/bundle`, address), "application/json");
  if (!bundle.ok) throw new AskingError("status", address.host, bundle.status);
  return { host: address.host, said, text: await readText(bundle, address) };
}

/** No more than a proof file has room for, however much the host sends. */
async function readText(answer, address) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, read] = ["", 0];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    read += part.value.length;
    if (read > MAX_BYTES) {
      await reader.cancel();
      throw new AskingError("status", address.host, 413);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

async function ask(address, accept) {
  try {
    return await fetch(address, {
      headers: { Accept: accept },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new AskingError("silent", address.host);
  }
}
