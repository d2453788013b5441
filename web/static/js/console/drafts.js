// What is half written survives a lost signal, a call, and a session that ended: kept on this telephone only,
// under the account's own name, until it was recorded, for three days at most. Kept is what somebody changed:
// what the page itself fills in (today's date, a number it reckoned) is newer every time, and stays the page's.
// Secrets and photos are not kept.
const KEPT_MS = 3 * 24 * 3600 * 1000;
const PREFIX = "sogoc-nhap:";
const RECORDED = "sogoc-da-ghi";
const NOT_KEPT = new Set(["hidden", "file", "password", "submit", "button", "reset"]);

const isMark = (field) => field.type === "checkbox" || field.type === "radio";
const answer = (field) => (isMark(field) ? field.checked : field.value);

function ownAnswer(field) {
  if (isMark(field)) return field.defaultChecked;
  if (field.type !== "select-one") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

const isAnswered = (field) => answer(field) !== ownAnswer(field) && !(field.type === "radio" && !field.checked);

/** The fields that somebody answered before this script was there. */
export function answeredEarly(page) {
  return [...page.querySelectorAll("form :is(input, select, textarea)")].filter((field) => {
    if (field.type === "file") return field.files.length > 0;
    return !NOT_KEPT.has(field.type) && isAnswered(field);
  });
}

// Namesakes are told apart by the lot on whose line they stand, else by their order.
function named(form) {
  const seen = new Map();
  const found = [];
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.has(field.type)) continue;
    const line = field.closest("[data-take]")?.dataset.take ?? "";
    const name = JSON.stringify([field.name, line, isMark(field) ? field.value : ""]);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    found.push([`${name}${seen.get(name)}`, field]);
  }
  return found;
}

const isReckoned = (form, field) => form.elements[field.dataset.reckoned]?.value === field.value.trim();

// What differs from the page as it came, and what of `before` the page still asks. A form that came back holds
// everything that was typed as its own, so there the names that were kept before go on being kept.
function changes(form, before) {
  const kept = new Map();
  for (const [name, field] of named(form)) {
    if (answer(field) === ownAnswer(field) && !before.has(name)) continue;
    if (isReckoned(form, field) || (field.type === "radio" && !field.checked)) continue;
    kept.set(name, answer(field));
  }
  return kept;
}

// What somebody answered on this page already is newer than what was kept.
function put(form, kept) {
  let isPut = false;
  const question = ([name, field]) => (field.type === "radio" ? field.name : name);
  const answered = new Set(named(form).filter(([, field]) => isAnswered(field)).map(question));
  for (const [name, field] of named(form)) {
    if (!kept.has(name) || answered.has(question([name, field])) || kept.get(name) === answer(field)) continue;
    if (field.type === "select-one" && ![...field.options].some((option) => option.value === kept.get(name))) continue;
    if (isMark(field)) field.checked = kept.get(name);
    else field.value = kept.get(name);
    const folded = field.closest("details");
    if (folded) folded.open = true;
    isPut = true;
  }
  return isPut;
}

function read(store, key) {
  try {
    const kept = JSON.parse(store.getItem(key));
    return kept && { ...kept, answers: new Map(kept.answers) };
  } catch {
    return null;
  }
}

// The server says which form it recorded, in a cookie with the form's key. Nothing else ends a draft before its
// time: a form that got no answer, that came back, or that stands again on the next page proves nothing.
function forgetRecorded(page, store) {
  const recorded = page.cookie.split("; ").find((part) => part.startsWith(`${RECORDED}=`))?.slice(RECORDED.length + 1);
  for (const key of Object.keys(store).filter((name) => name.startsWith(PREFIX))) {
    const kept = read(store, key);
    if (!kept || Date.now() - kept.at > KEPT_MS || (recorded && kept.sent === recorded)) store.removeItem(key);
  }
  if (recorded) page.cookie = `${RECORDED}=; Max-Age=0; Path=/${page.location.pathname.split("/")[1]}`;
}

function offerDraft(page, form, store) {
  const key = PREFIX + form.dataset.draft;
  const isReturned = Boolean(form.dataset.returned);
  const save = (sent) => {
    const kept = changes(form, isReturned ? (read(store, key)?.answers ?? new Map()) : new Map());
    if (kept.size) store.setItem(key, JSON.stringify({ at: Date.now(), answers: [...kept], sent }));
    else store.removeItem(key);
  };
  const first = read(store, key);
  if (isReturned && first) save(); // what came back is newer than what was kept
  if (!isReturned && !first) save(); // somebody may have begun before this script was there
  const said = page.querySelector("[data-draft-said]");
  if (!isReturned && first && put(form, first.answers)) {
    said?.removeAttribute("hidden");
    form.dispatchEvent(new Event("input"));
  }
  said?.querySelector("button")?.addEventListener("click", () => {
    store.removeItem(key);
    form.reset();
    said.hidden = true;
    form.dispatchEvent(new Event("input"));
  });
  form.addEventListener("input", (event) => {
    if (event.isTrusted) save();
  });
  form.addEventListener("submit", () => save(form.elements.idempotency_key?.value));
}

export function offerDrafts(page) {
  let store;
  try {
    store = localStorage;
  } catch {
    return; // the browser keeps nothing for us
  }
  forgetRecorded(page, store);
  for (const form of page.querySelectorAll("form[data-draft]")) {
    if (form.dataset.draft) offerDraft(page, form, store);
  }
}
