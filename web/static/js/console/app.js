// The console as an application on the phone: its worker, the pages it keeps for days without signal, and sending
// by itself when there is one.
import { canKeep, dropFact, keepFact, onTold, readFact } from "./store.js";
import { nextDue, syncQueue } from "./send.js";
import { setDeviceState, readDevice } from "./sign.js";
import { QUEUE_PAGE, whoIs } from "./queue.js";

const HOME = "/hop-tac-xa/";
const PAGES = "sogoc-trang:";
const LIST = `${HOME}ngoai-tuyen.json`;
const MAX_PAGES = 200;
const MAX_BYTES = 8_000_000;
const LIST_EVERY_MS = 10 * 60_000;

let isLeaving = false;

/** Forget the pages of whoever used this phone. The queue stays: it knows whose it is. */
async function forgetPages() {
  await dropFact("account");
  await dropFact("kept");
  await dropFact("list");
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES)) await caches.delete(name);
  }
}

function offerWayOut(page) {
  for (const form of page.querySelectorAll("form[action$='/dang-xuat']")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.left || !navigator.onLine) return; // who is not signed out keeps the pages
      event.preventDefault();
      form.dataset.left = "yes";
      isLeaving = true; // nothing is fetched behind the back of who goes
      delete form.dataset.sent;
      forgetPages().finally(() => form.requestSubmit());
    });
  }
}

// -- pages kept for days without signal --------------------------------------------------------------------

async function keepPage(cache, { href }) {
  const response = await fetch(href, { credentials: "same-origin", cache: "no-store", headers: { Accept: "text/html" } });
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/html")) return 0;
  const text = await response.text();
  if (isLeaving) return 0;
  const headers = new Headers(response.headers);
  headers.set("X-Saved-At", String(Date.now()));
  headers.delete("Set-Cookie");
  if (response.redirected) {
    const { pathname, search } = new URL(response.url);
    if (pathname.endsWith("/dang-nhap")) return 0;
    headers.set("X-Leads-To", pathname + search);
  }
  await cache.put(href, new Response(text, { status: 200, headers }));
  return text.length;
}

async function keepPages(account, { pages, build }) {
  const cache = await caches.open(PAGES + account);
  const held = (await readFact("kept")) ?? {};
  const kept = held.account === account && held.build === build ? held.pages : {};
  const wanted = pages.slice(0, MAX_PAGES);
  const hrefs = new Set(wanted.map(({ href }) => href));
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!hrefs.has(pathname + search)) await cache.delete(request);
  }
  const next = {};
  let bytes = 0;
  for (const page of wanted) {
    if (isLeaving) return;
    const before = kept[page.href];
    if (before?.version === page.version && (await cache.match(page.href))) next[page.href] = before;
    else if (bytes < MAX_BYTES) {
      const length = await keepPage(cache, page);
      if (length) next[page.href] = { version: page.version, length };
    }
    bytes += next[page.href]?.length ?? 0;
    await keepFact("kept", { account, build, pages: { ...kept, ...next } });
  }
  if (isLeaving) return;
  await keepFact("kept", { account, build, pages: next });
  navigator.serviceWorker.controller?.postMessage({ renewed: build });
}

async function refreshPages(who) {
  const before = await readFact("list");
  const isDue = before?.account !== who.account || Date.now() - before.at > LIST_EVERY_MS;
  if (!isDue || !navigator.onLine) return;
  const device = await readDevice();
  const query = device ? `?may=${encodeURIComponent(device.line)}` : "";
  const response = await fetch(LIST + query, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const list = await response.json();
  if (list.account !== who.account) return;
  if (list.device) await setDeviceState(list.device);
  if (isLeaving || (navigator.connection?.saveData && before)) return;
  await keepPages(who.account, list);
  if (isLeaving) return;
  await keepFact("list", { account: who.account, at: Date.now() });
  document.documentElement.dataset.kept = "yes";
}

// Somebody else sits down at this phone: what it kept of the other's pages goes.
async function welcome(who) {
  const known = await readFact("owner");
  if (known && known !== who.account) await forgetPages();
  await keepFact("owner", who.account);
  await keepFact("account", who.account);
}

// -- sending by itself --------------------------------------------------------------------------------------

function keepSending(who) {
  let timer;
  let running = false;
  // `force`: there is a network again, so what was put off need not wait out its pause.
  const run = async (force = false) => {
    if (running) return;
    running = true;
    clearTimeout(timer);
    try {
      if (navigator.onLine) await syncQueue({ force });
      const due = await nextDue(who.account);
      if (due !== null) timer = setTimeout(run, Math.max(due, 2_000));
    } catch {
      timer = setTimeout(run, 30_000);
    } finally {
      running = false;
    }
  };
  addEventListener("online", () => run(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && run());
  onTold(() => {
    clearTimeout(timer);
    timer = setTimeout(run, 2_000);
  });
  run(!document.documentElement.dataset.savedAt); // this page came from the server: it can be reached
}

/**
 * A kept page is shown, and its newer copy has come: whoever has begun nothing on it gets it at once. Who tapped is
 * on the way to somewhere, has opened something or is sending: opening the page anew would undo it. To be called
 * before the page is parsed to its end: what the worker says earlier waits until then, and is not said twice.
 */
export function offerFresh(page) {
  if (!navigator.serviceWorker) return;
  let isTouched = false;
  for (const kind of ["pointerdown", "keydown", "input", "submit"]) page.addEventListener(kind, () => (isTouched = true), true);
  const isBegun = () => isTouched || page.activeElement !== page.body; // tapped before this script was there
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (!["fresh", "newer"].includes(data) || !page.documentElement.dataset.savedAt) return;
    if (data === "fresh" && !isBegun() && !location.hash) {
      navigator.serviceWorker.controller?.postMessage({ again: location.pathname + location.search });
      return location.reload();
    }
    const link = page.querySelector("[data-saved-fresh]");
    if (link) link.hidden = false;
  });
}

/** Make the console an application where the browser can: kept pages, and a queue that empties by itself. */
export async function offerApp(page) {
  if (!(await canKeep()) || !navigator.serviceWorker) return;
  offerWayOut(page);
  await navigator.serviceWorker.register(`${HOME}sw.js`, { scope: HOME, type: "module", updateViaCache: "none" }).catch(() => {});
  const who = whoIs(page);
  if (!who) return;
  await welcome(who);
  keepSending(who);
  if (location.pathname !== QUEUE_PAGE || navigator.onLine) await refreshPages(who).catch(() => {});
}
