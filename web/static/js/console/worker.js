// The console's service worker. The server writes two lines in front of it: what the console is made of, and of
// which build. Pages come from the network where it answers soon, else as they were kept, and then they say so.
import { readFact } from "./store.js";
import { syncQueue } from "./send.js";

const HOME = "/hop-tac-xa/";
const OFFLINE = `${HOME}ngoai-tuyen`;
const QUEUE = `${HOME}cho-gui`;
const PAGES = "sogoc-trang:";
const PARTS = "sogoc-phan:";
const OF_A_BUILD = /^\/static\/v-[0-9a-f]+\//;
// How long a page that is kept waits for a newer one: less for a while where that was in vain.
const PATIENCE_MS = 700;
const SLOW_PATIENCE_MS = 250;
const SLOW_FOR_MS = 60_000;
let slowUntil = 0;
// A page that was shown as it was kept is opened anew once, when its newer copy is there, and then given time.
const AGAIN_MS = 5_000;
const ONCE_IN_MS = 60_000;
const told = new Map();
const asked = new Set();
const two = (number) => String(number).padStart(2, "0");
// As in words.js: the sentences in another language than theirs stand before this file.
const say = (source, values) => (WORDS[source] ?? source).replace(/%\((\w+)\)s/g, (_, name) => values[name]);

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(PARTS + BUILD);
    await cache.addAll([OFFLINE, ...ASSETS].map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Pages that were kept before this build name the parts of theirs, which go when the last such page has gone.
self.addEventListener("message", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(PARTS) && name !== PARTS + BUILD) await caches.delete(name);
    }
  };
  if (event.data?.renewed === BUILD) event.waitUntil(clean());
  if (event.data?.again) asked.add(event.data.again);
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "gui") return;
  const send = async () => {
    const { left } = await syncQueue({ force: true });
    if (left) throw new Error("something is left"); // the browser asks again later
  };
  event.waitUntil(send());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    // A form that does not wait on the phone, sent where no network is.
    if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offline()));
    return;
  }
  if (url.pathname.startsWith("/static/")) event.respondWith(findPart(request, url));
  else if (request.mode === "navigate" && url.pathname.startsWith(HOME)) event.respondWith(findPage(event, url));
});

const patience = () => (Date.now() < slowUntil ? SLOW_PATIENCE_MS : PATIENCE_MS);
const later = (ms) => new Promise((done) => setTimeout(done, ms, null));

// What bears its digest never changes; the rest is asked for anew where there is a network. A page of another
// build, whose own parts are not to be had any more, is given those of this build rather than none.
async function findPart(request, url) {
  const kept = await caches.match(request);
  const isNamed = url.search || OF_A_BUILD.test(url.pathname);
  if (kept && isNamed) return kept;
  const fresh = fetch(request).catch(() => null);
  const first = kept ? await Promise.race([fresh, later(patience())]) : await fresh;
  if (first?.ok || !isNamed) return first ?? kept ?? Response.error();
  return (await partOfThisBuild(url.pathname)) ?? first ?? Response.error();
}

async function partOfThisBuild(path) {
  const same = ASSETS.find((address) => address.split("?")[0].replace(OF_A_BUILD, "") === path.replace(OF_A_BUILD, ""));
  return same && (await caches.open(PARTS + BUILD)).match(same);
}

async function findPage(event, url) {
  const address = url.pathname + url.search;
  const account = await readFact("account").catch(() => null);
  const cache = account && (await caches.open(PAGES + account));
  const kept = cache && (await cache.match(address));
  // The page is opened anew for the copy that has just come: to ask for it again would take as long once more.
  if (asked.delete(address) && kept && Date.now() - Number(kept.headers.get("X-Saved-At")) < AGAIN_MS) return kept;
  const fresh = fetch(event.request).then((response) => keep(cache, kept, address, account, response));
  if (!kept) return fresh.catch(() => offline());
  const isAgain = Date.now() - (told.get(address) ?? 0) < AGAIN_MS;
  const first = await Promise.race([fresh.catch(() => null), later(isAgain ? AGAIN_MS : patience())]);
  slowUntil = first ? 0 : Date.now() + SLOW_FOR_MS;
  if (first) return first;
  event.waitUntil(fresh.then(() => tellFresh(event.resultingClientId, address)).catch(() => null));
  return asKept(kept, url.pathname === QUEUE);
}

// The network answered after all. Where it is slow for long, the page must not be opened anew for ever.
async function tellFresh(id, address) {
  const isFirst = Date.now() - (told.get(address) ?? 0) > ONCE_IN_MS;
  if (isFirst) told.set(address, Date.now());
  slowUntil = 0;
  (await self.clients.get(id))?.postMessage(isFirst ? "fresh" : "newer");
}

// Only pages that are kept anyway are renewed, and only with a page of the same account.
async function keep(cache, kept, address, account, response) {
  if (!kept || !response.ok || response.redirected) return response;
  const text = await response.clone().text();
  if (!text.includes(`name="sogoc-account" content="${account}"`)) return response;
  const headers = new Headers(response.headers);
  headers.set("X-Saved-At", String(Date.now()));
  await cache.put(address, new Response(text, { status: 200, headers }));
  return response;
}

// The page of the queue is filled on the phone: nothing on it is old.
async function asKept(kept, isOwn) {
  const leadsTo = kept.headers.get("X-Leads-To");
  if (leadsTo) return Response.redirect(leadsTo, 302);
  const at = new Date(Number(kept.headers.get("X-Saved-At")));
  const isToday = at.toDateString() === new Date().toDateString();
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const day = `${two(at.getDate())}/${two(at.getMonth() + 1)}`;
  const said = isToday
    ? say("Bản lưu lúc %(time)s. Ghi việc vẫn được, máy giữ và tự gửi khi có mạng.", { time })
    : say("Bản lưu lúc %(time)s ngày %(day)s. Ghi việc vẫn được, máy giữ và tự gửi khi có mạng.", { time, day });
  const text = (await kept.text())
    .replace("<html ", `<html data-saved-at="${at.getTime()}" `)
    .replace("data-saved hidden>", isOwn ? "data-saved hidden>" : `data-saved>${said}`);
  return new Response(text, { status: 200, headers: kept.headers });
}

async function offline() {
  const cache = await caches.open(PARTS + BUILD);
  return (await cache.match(OFFLINE)) ?? Response.error();
}
