// Sends what waits in the queue: photos first, each by its digest and from where it broke off, then the form.
// Whatever is cut off is asked again; the form's key makes the server do it once. Used by pages and the worker.
import { REFUSED, SENDING, WAITING, changeItem, keepFact, readFact, readItem, readQueue, removeItem } from "./store.js";

const HOME = "/hop-tac-xa/";
const CHUNK_BYTES = 256 * 1024;
const REQUEST_MS = 60_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const KEPT_DONE = 30;
const LATER = new Set([408, 425, 429]);

/** It cannot be sent now: no network, or the server (`isServer`) is busy with this very thing. */
export class LaterError extends Error {
  constructor(message, isServer = false) {
    super(message);
    this.isServer = isServer;
  }
}
/** Nothing can be sent before somebody signs in. */
export class SignInError extends Error {}

// One request. What is worth another try later becomes LaterError; 401 SignInError.
async function ask(path, options = {}, signal = undefined) {
  const signals = [AbortSignal.timeout(REQUEST_MS), ...(signal ? [signal] : [])];
  let response;
  let answer;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      signal: AbortSignal.any(signals),
    });
    answer = await response.json().catch((error) => {
      if (response.ok) throw error; // cut off in the middle: nobody knows what it said
      return {};
    });
  } catch (error) {
    throw new LaterError(String(error));
  }
  if (response.status === 401) throw new SignInError();
  if (response.status >= 500 || LATER.has(response.status)) throw new LaterError(String(response.status), true);
  return { status: response.status, answer };
}

/** `{account, token}` of whoever is signed in, fresh from the server. */
export async function askDoor(signal) {
  const { status, answer } = await ask(`${HOME}ngoai-tuyen/the`, {}, signal);
  if (status !== 200 || !answer.account) throw new SignInError();
  return answer;
}

function refusedBy({ answer }) {
  const sentences = answer.sentences ?? (answer.detail ? [answer.detail] : []);
  return {
    state: REFUSED,
    said: sentences,
    byName: answer.by_name ?? {},
    code: answer.code ?? "",
  };
}

// A photo, from where it broke off. Its ticket stands for it in the form.
async function sendAhead(file, door, signal) {
  const where = `${HOME}tep?sha256=${file.sha256}&size=${file.bytes.byteLength}`;
  const headers = { "X-CSRF-Token": door.token, "Content-Type": "application/octet-stream" };
  let found = await ask(where, {}, signal);
  for (let tries = 0; !found.answer.ticket; tries += 1) {
    const at = found.answer.received;
    if (found.status !== 200 || !Number.isInteger(at) || tries > 200) return found;
    const body = file.bytes.slice(at, at + CHUNK_BYTES);
    found = await ask(`${where}&tu=${at}`, { method: "POST", headers, body }, signal);
  }
  return found;
}

function formOf(item) {
  const form = new FormData();
  for (const [name, value] of item.answers) form.append(name, value);
  for (const file of item.files) {
    if (file.ticket) form.append(file.name, file.ticket);
    else form.append(file.name, new File([file.bytes], file.title, { type: file.type }));
  }
  if (item.note && !item.unsigned) {
    form.append("record_note", item.note);
    form.append("record_salt", item.salt);
  }
  return form;
}

async function post(item, door, signal) {
  const headers = { "X-CSRF-Token": door.token };
  return ask(item.path, { method: "POST", headers, body: formOf(item) }, signal);
}

async function deliver(item, door, signal) {
  for (const file of item.files.filter(({ isAhead, ticket }) => isAhead && !ticket)) {
    const sent = await sendAhead(file, door, signal);
    if (!sent.answer.ticket) return refusedBy(sent);
    file.ticket = sent.answer.ticket;
    await changeItem(item.key, { files: item.files });
  }
  let answered = await post(item, door, signal);
  if (answered.status === 403 && answered.answer.code === "ForgedRequestError") {
    answered = await post(item, await askDoor(signal), signal); // the page's token was too old
  }
  if (answered.status !== 200 || answered.answer.state !== "recorded") return refusedBy(answered);
  return { state: "recorded", href: answered.answer.href, notices: answered.answer.notices ?? [] };
}

/**
 * Send one item now, whoever else is sending. Resolves to `{state, …}`: `recorded`, `refused`, `waiting`, or
 * `signin`, `other` (somebody else is signed in), `busy` (it is being sent already), `gone`.
 */
export async function sendItem(key, signal) {
  return navigator.locks.request(`sogoc-gui:${key}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return { state: "busy" };
    const item = await readItem(key);
    if (!item) return { state: "gone" };
    try {
      const door = await askDoor(signal);
      if (door.account !== item.account) return { state: "other" };
      await changeItem(key, { state: SENDING });
      return await settle(item, await deliver(item, door, signal));
    } catch (error) {
      const isSignIn = error instanceof SignInError;
      const tries = isSignIn ? (item.tries ?? 0) : (item.tries ?? 0) + 1;
      const pause = isSignIn ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
      await changeItem(key, { state: WAITING, tries, nextAt: Date.now() + pause });
      if (!isSignIn && !(error instanceof LaterError)) throw error;
      return { state: isSignIn ? "signin" : WAITING, isServer: Boolean(error.isServer) };
    }
  });
}

async function settle(item, came) {
  if (came.state !== "recorded") {
    await changeItem(item.key, { ...came, tries: 0 });
    return came;
  }
  const done = (await readFact("done")) ?? [];
  const entry = { key: item.key, account: item.account, title: item.title, at: Date.now(), href: came.href };
  await keepFact("done", [entry, ...done].slice(0, KEPT_DONE));
  await removeItem(item.key);
  return came;
}

/**
 * Send all that is due, one after the other. With `force` also what is in a pause. Resolves to how it ended:
 * `{sent, refused, left, needsSignIn}`.
 */
export async function syncQueue({ force = false, signal } = {}) {
  const ended = { sent: 0, refused: 0, left: 0, needsSignIn: false };
  for (const item of await readQueue()) {
    if (item.state === REFUSED || (!force && (item.nextAt ?? 0) > Date.now())) continue;
    const { state, isServer } = await sendItem(item.key, signal);
    if (state === "recorded") ended.sent += 1;
    else if (state === REFUSED) ended.refused += 1;
    else if (state === "signin") ended.needsSignIn = true;
    else if (state === WAITING) ended.left += 1;
    // Without a network, or without anybody, the next one fares no better. One that the server cannot take does
    // not stand in the way of the others.
    if ((state === WAITING && !isServer) || ended.needsSignIn) break;
  }
  await keepFact("needsSignIn", ended.needsSignIn);
  return ended;
}

/** When the next try is due: milliseconds from now, `null` where nothing waits. */
export async function nextDue(account) {
  const waiting = (await readQueue()).filter((item) => item.account === account && item.state !== REFUSED);
  if (!waiting.length) return null;
  return Math.max(0, Math.min(...waiting.map((item) => item.nextAt ?? 0)) - Date.now());
}
