// Whom this device trusts: for each log its key and its witnesses, as they were first met here or typed in.
// Nothing of it leaves the device.

const SHELF = "sogoc-trust";

/** `{vkey, witnesses, since}` for a log; `since` is a day, or "" for what came with this page. Else null. */
export function trustedFor(origin) {
  return readShelf()[origin] ?? supplied().find(({ vkey }) => originOf(vkey) === origin) ?? null;
}

/** All that is trusted here, what came with the page last. */
export function allTrusted() {
  const kept = Object.values(readShelf());
  return [...kept, ...supplied().filter(({ vkey }) => !kept.some((one) => originOf(one.vkey) === originOf(vkey)))];
}

/** Keep a log's key and witnesses from now on. False where this browser keeps nothing for this page. */
export function pin(vkey, witnesses) {
  const shelf = readShelf();
  shelf[originOf(vkey)] = { vkey, witnesses, since: new Date().toISOString().slice(0, 10) };
  return writeShelf(shelf);
}

export function forget(origin) {
  const shelf = readShelf();
  delete shelf[origin];
  writeShelf(shelf);
}

export function originOf(vkey) {
  return vkey.split("+")[0];
}

/** What the page was handed out with: the key of the log whose server made it. */
function supplied() {
  const carried = document.getElementById("trust");
  return carried ? JSON.parse(carried.textContent).map((one) => ({ ...one, since: "" })) : [];
}

function readShelf() {
  try {
    const kept = JSON.parse(localStorage.getItem(SHELF) ?? "{}");
    const isOurs = ({ vkey, witnesses }) => typeof vkey === "string" && Array.isArray(witnesses);
    return Object.fromEntries(Object.entries(kept).filter(([, one]) => isOurs(one ?? {})));
  } catch {
    return {};
  }
}

function writeShelf(shelf) {
  try {
    localStorage.setItem(SHELF, JSON.stringify(shelf));
    return true;
  } catch {
    return false;
  }
}
