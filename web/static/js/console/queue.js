// Every form of the console goes through the queue on this phone: kept first, then sent. So what was recorded is
// not lost by a page that closes, a battery that ends, or a field without signal.
import { encodeText, formatBase64, formatHex, sha256 } from "../bytes.js";
import { WAITING, canKeep, changeItem, keepFact, putItem, readFact, readItem, readQueue, removeItem } from "./store.js";
import { gistOf, isButtonOnly } from "./gist.js";
import { sendItem } from "./send.js";
import { signAnswers } from "./sign.js";
import { say } from "../words.js";

export const QUEUE_PAGE = "/hop-tac-xa/cho-gui";
const PATIENCE_MS = 12_000;
const EDIT = "#sua=";
const NOT_ANSWERS = new Set(["csrf_token"]);

/** What the page says of whoever is signed in: `{account, organisation, today}`; undefined at the door. */
export function whoIs(page) {
  const said = (name) => page.querySelector(`meta[name="sogoc-${name}"]`)?.content;
  return said("account") && { account: said("account"), organisation: said("organisation"), today: said("today") };
}

// What waits for a network must bear waiting: no secrets, no files to be fetched, nothing that has no key.
function isQueued(form, submitter) {
  if ((submitter?.formMethod || form.method) !== "post" || form.dataset.native || form.dataset.again !== undefined) return false;
  return Boolean(form.elements.idempotency_key) && !form.querySelector("[type=password], [data-secret]");
}

const tidy = (text) => text.normalize("NFC").replace(/\r\n|\r|\n/g, "\r\n");

function addressOf(form, submitter) {
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const url = new URL(action, location.href);
  return url.pathname + url.search;
}

async function readFile(name, file, isAhead) {
  const bytes = await file.arrayBuffer();
  const digest = await sha256(new Uint8Array(bytes));
  const { name: title, type } = file;
  return { name, title, type, bytes, isAhead, sha256: formatHex(digest), digest: formatBase64(digest) };
}

async function makeItem(form, submitter, who) {
  const answers = [];
  const files = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string") {
      if (!NOT_ANSWERS.has(name)) answers.push([tidy(name), tidy(value)]);
    } else if (value.size) {
      const field = [...form.elements].find((one) => one.name === name && one.type === "file");
      files.push(await readFile(name, value, Boolean(field?.closest("[data-photos]"))));
    }
  }
  const path = addressOf(form, submitter);
  const key = answers.find(([name]) => name === "idempotency_key")[1];
  const heading = document.querySelector("h1")?.textContent.trim() || document.title;
  // A button that is a form of its own, such as “Nhận đơn DH-12”, says itself what it does.
  const isButton = isButtonOnly(form);
  const title = (isButton && submitter?.textContent.trim()) || heading;
  const lead = (isButton ? title !== heading && heading : document.querySelector(".lead")?.textContent.trim()) || "";
  const item = { key, path, answers, files, title, lead, gist: gistOf(form), at: Date.now(), state: WAITING, tries: 0, nextAt: 0, ...who };
  return { ...item, ...(await sign(item)) };
}

// The same JSON that the server reads off the form (docs/spec/record-note.md).
async function sign({ account, organisation, answers, files, path }) {
  const byName = {};
  for (const [name, value] of answers) (byName[name] ??= []).push(value);
  const listed = files.map(({ name, digest, bytes }) => ({ name, sha256: digest, size: bytes.byteLength }));
  listed.sort((one, other) => compare(one.name, other.name) || compare(one.sha256, other.sha256));
  try {
    const signed = { account, answers: byName, files: listed, path: decodeURIComponent(path) };
    return await signAnswers(signed, organisation);
  } catch {
    return {}; // unsigned is better than unrecorded
  }
}

// By code points, as the server sorts.
function compare(one, other) {
  const [a, b] = [encodeText(one), encodeText(other)];
  const at = a.findIndex((byte, place) => byte !== b[place]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : a[at] - b[at];
}

function alarm(form, sentences, heading = "") {
  const template = document.querySelector("template[data-alarm]");
  const shown = template.content.cloneNode(true);
  const panel = shown.querySelector("[role=alert]");
  panel.dataset.queueAlarm = "";
  if (heading) panel.querySelector("h2").textContent = heading;
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.textContent = sentence;
    panel.lastElementChild.append(line);
  }
  document.querySelector("[data-queue-alarm]")?.remove();
  form.before(shown);
  document.querySelector("[data-queue-alarm]").scrollIntoView({ block: "center" });
}

const needsNetwork = (form, submitter) => (submitter?.formMethod || form.method) === "post" && !navigator.onLine;

// What cannot wait on the phone, such as a new password: said here, not by the browser's page without a way back.
function refuseOffline(event, form) {
  event.preventDefault();
  free(form);
  alarm(form, [say("Việc này cần có mạng. Hãy đợi có mạng rồi bấm lại; những gì đã gõ vẫn còn.")], say("Chưa có mạng"));
}

// Let the server show its own page: with each problem beside its question. Photos that arrived are named only.
function sendNatively(form, submitter, files = []) {
  const tickets = files.filter(({ ticket }) => ticket);
  for (const field of form.querySelectorAll("[type=file]")) {
    if (tickets.some(({ name }) => name === field.name)) field.value = "";
  }
  for (const { name, ticket } of tickets) {
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name, value: ticket });
    form.append(kept);
  }
  form.dataset.native = "yes";
  delete form.dataset.sent;
  form.requestSubmit(submitter);
}

function free(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

async function take(form, submitter, who) {
  const item = await makeItem(form, submitter, who);
  try {
    await putItem(item, form.dataset.replaces);
  } catch {
    if (navigator.onLine) return sendNatively(form, submitter);
    free(form);
    return alarm(form, [say("Máy hết chỗ trống nên chưa giữ được việc này. Hãy xóa bớt ảnh trong máy rồi bấm lại; đừng đóng trang.")]);
  }
  navigator.storage?.persist?.().catch(() => false);
  const came = navigator.onLine ? await trySending(item.key) : { state: WAITING };
  if (came.state === "refused") return showRefusal(form, submitter, item.key);
  forgetDraft(form);
  if (came.state === "recorded") return location.assign(came.href);
  if (came.state === "signin") return sendNatively(form, submitter); // to the door, and back to this page
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("gui")).catch(() => {});
  return location.assign(`${QUEUE_PAGE}#moi`);
}

// The server's own page says what to mend, and holds all answers. Once it is here the queue need not keep them.
async function showRefusal(form, submitter, key) {
  const { files } = (await readItem(key)) ?? {};
  await changeItem(key, { isShown: true });
  sendNatively(form, submitter, files);
}

async function forgetShown() {
  for (const { key, isShown } of await readQueue()) if (isShown) await removeItem(key);
}

async function trySending(key) {
  try {
    return await sendItem(key, AbortSignal.timeout(PATIENCE_MS));
  } catch {
    return { state: WAITING };
  }
}

// From here on it is the queue that keeps it.
function forgetDraft(form) {
  try {
    localStorage.removeItem(`sogoc-nhap:${form.dataset.draft}`);
  } catch {
    // then there is none
  }
}

// A page out of the cache may be opened many times: each time is a record of its own.
function renewKeys(page) {
  for (const field of page.querySelectorAll("form:not([data-returned]) [name=idempotency_key]")) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    field.value = formatBase64(random).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
}

// A page kept since yesterday still says yesterday where it means today.
function renewToday(page, today) {
  const now = new Date();
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0"));
  const fresh = `${year}-${month}-${day}`;
  if (!today || today >= fresh) return;
  const typed = (iso) => iso.split("-").reverse().join("/");
  for (const field of page.querySelectorAll("form[method=post] input")) {
    if (field.value === today) field.value = field.defaultValue = fresh;
    else if (field.value === typed(today)) field.value = field.defaultValue = typed(fresh);
  }
}

/** Put what waited in the queue back into its form, to be mended and sent again. */
function fill(form, item) {
  const left = new Map();
  for (const [name, value] of item.answers) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file" || field.type === "submit") continue;
    const values = left.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else field.value = (values.length > 1 ? values.shift() : values[0]) ?? "";
    if (item.byName?.[field.name]) field.setAttribute("aria-invalid", "true");
    const folded = field.closest("details");
    if (folded && field.value) folded.open = true;
  }
  for (const name of new Set(item.files.map((file) => file.name))) {
    const held = new DataTransfer();
    item.files.filter((file) => file.name === name).forEach((file) => held.items.add(new File([file.bytes], file.title, { type: file.type })));
    const field = form.querySelector(`[type=file][name="${CSS.escape(name)}"]`);
    if (!field) continue;
    field.files = held.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offerMending(page, who) {
  if (!location.hash.startsWith(EDIT)) return;
  const item = await readItem(decodeURIComponent(location.hash.slice(EDIT.length)));
  const form = page.querySelector("main form[method=post]");
  if (!item || !form || item.account !== who.account) return;
  fill(form, item);
  form.dataset.replaces = item.key;
  alarm(form, [...item.said, ...Object.values(item.byName ?? {})]);
}

async function showCount(page, who) {
  const link = page.querySelector("[data-queue]");
  if (!link) return;
  const items = await readQueue();
  const mine = items.filter(({ account }) => account === who.account);
  const refused = mine.filter(({ state }) => state === "refused").length;
  link.hidden = !items.length;
  link.querySelector("[data-queue-count]").textContent = mine.length || items.length;
  link.classList.toggle("top__queue--refused", refused > 0);
  link.setAttribute("aria-label", refused ? say("Chờ gửi: %(mine)s việc, %(refused)s việc cần sửa", { mine: mine.length, refused }) : say("Chờ gửi: %(mine)s việc", { mine: mine.length }));
}

/** Keep and send the forms of this page, and show how much waits. */
export async function offerQueue(page) {
  const who = whoIs(page);
  if (!who) return undefined;
  if (!(await canKeep())) {
    page.querySelectorAll("[data-no-queue]").forEach((said) => (said.hidden = false));
    return undefined;
  }
  const known = await readFact("account");
  if (known !== who.account) await keepFact("account", who.account);
  renewKeys(page);
  if (page.documentElement.dataset.savedAt) renewToday(page, who.today);
  else await forgetShown();
  page.addEventListener("submit", (event) => {
    const [form, submitter] = [event.target, event.submitter];
    if (event.defaultPrevented) return;
    if (!isQueued(form, submitter)) {
      if (needsNetwork(form, submitter)) refuseOffline(event, form);
      return;
    }
    event.preventDefault();
    take(form, submitter, who).catch(() => sendNatively(form, submitter));
  });
  page.documentElement.dataset.queueReady = "yes";
  await offerMending(page, who);
  await showCount(page, who);
  return () => showCount(page, who);
}
