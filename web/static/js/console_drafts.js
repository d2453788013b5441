// What is half written survives a lost signal, a call, and a session that ended: kept on this telephone only,
// under the account's own name, until it was recorded, for three days at most. Secrets and photos are not kept.
const KEPT_MS = 3 * 24 * 3600 * 1000;
const PREFIX = "sogoc-nhap:";
const SENT = "sogoc-da-gui";
const NOT_KEPT = new Set(["csrf_token", "idempotency_key", "secret", "old_secret", "new_secret"]);

function answers(form) {
  const kept = [];
  for (const [name, value] of new FormData(form)) {
    if (!NOT_KEPT.has(name) && typeof value === "string") kept.push([name, value]);
  }
  return kept;
}

function put(form, kept) {
  const left = new Map();
  for (const [name, value] of kept) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!left.has(field.name) || field.type === "hidden" || field.type === "file") continue;
    const values = left.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else field.value = values.length > 1 ? values.shift() : values[0];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// A form that was sent and did not come back was recorded; on the door and on a page of errors it was not.
function drop(page, store) {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const waits = page.querySelector("[data-keeps-drafts]") || page.querySelector(`form[data-draft="${CSS.escape(sent ?? "")}"]`);
  const isOver = (kept) => !kept || Date.now() - kept.at > KEPT_MS;
  for (const key of Object.keys(store).filter((name) => name.startsWith(PREFIX))) {
    if (isOver(read(key)) || (key === PREFIX + sent && !waits)) store.removeItem(key);
  }
}

function offerDraft(page, form, store) {
  const key = PREFIX + form.dataset.draft;
  const kept = read(key);
  if (kept && !form.dataset.returned && JSON.stringify(kept.answers) !== JSON.stringify(answers(form))) {
    put(form, kept.answers);
    page.querySelector("[data-draft-said]")?.removeAttribute("hidden");
    form.dispatchEvent(new Event("input"));
  }
  form.addEventListener("input", (event) => {
    if (event.isTrusted) store.setItem(key, JSON.stringify({ at: Date.now(), answers: answers(form) }));
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, form.dataset.draft));
}

export function offerDrafts(page) {
  let store;
  try {
    store = localStorage;
  } catch {
    return; // the browser keeps nothing for us
  }
  drop(page, store);
  for (const form of page.querySelectorAll("form[data-draft]")) {
    if (form.dataset.draft) offerDraft(page, form, store);
  }
}
