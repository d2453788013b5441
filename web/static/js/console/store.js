// What the console keeps on this phone, in IndexedDB: the queue of what waits to be sent, and a few facts about
// whose phone it is. Pages and the service worker share it.
const NAME = "sogoc";
const VERSION = 1;
const CHANNEL = "sogoc-gui";

export const WAITING = "waiting";
export const SENDING = "sending";
export const REFUSED = "refused";

let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("queue", { keyPath: "key" });
      request.result.createObjectStore("facts");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => (opened = null);
      done(request.result);
    };
    request.onerror = () => {
      opened = null;
      fail(request.error);
    };
  });
  return opened;
}

// Runs `work(store)` in one transaction; resolves to the request's result once everything is on the disk.
async function within(store, mode, work) {
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onabort = transaction.onerror = () => fail(transaction.error ?? request?.error);
  });
}

/** Whether this browser keeps things for us at all: private windows may not, and plain http never does. */
export async function canKeep() {
  if (!globalThis.isSecureContext || !globalThis.indexedDB || !globalThis.crypto?.subtle) return false;
  try {
    await open();
    return true;
  } catch {
    return false;
  }
}

/** Every item of the queue, oldest first. */
export async function readQueue() {
  const items = await within("queue", "readonly", (store) => store.getAll());
  return items.sort((one, other) => one.at - other.at);
}

export const readItem = (key) => within("queue", "readonly", (store) => store.get(key));

/** Keep an item, in place of `replaced` if it is a second try. Rejects when the phone has no room left. */
export async function putItem(item, replaced = null) {
  await within("queue", "readwrite", (store) => {
    if (replaced && replaced !== item.key) store.delete(replaced);
    return store.put(item);
  });
  tell();
}

/** Change an item that is still there; what was taken out meanwhile stays out. */
export async function changeItem(key, changes) {
  await within("queue", "readwrite", (store) => {
    const request = store.get(key);
    request.onsuccess = () => request.result && store.put({ ...request.result, ...changes });
    return request;
  });
  tell();
}

export async function removeItem(key) {
  await within("queue", "readwrite", (store) => store.delete(key));
  tell();
}

export const readFact = (name) => within("facts", "readonly", (store) => store.get(name));
export const keepFact = (name, value) => within("facts", "readwrite", (store) => store.put(value, name));
export const dropFact = (name) => within("facts", "readwrite", (store) => store.delete(name));

/** Tell the other pages, and call `listener` when they tell. */
export function tell() {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("changed");
  channel.close();
}

export function onTold(listener) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", listener);
  return channel;
}
