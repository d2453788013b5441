// Small comforts of the console. Every page works without them.
import { offerApp, offerFresh } from "./app.js";
import { answeredEarly, offerDrafts } from "./drafts.js";
import { offerQueue } from "./queue.js";
import { onTold } from "./store.js";

// What is offered where the page has a mark for it, in this order: what was half written comes back before dates
// and plots are read, and after what reckons with it.
const PARTS = [
  ["[data-photos]", () => import("./photos.js")],
  ["[data-packs]", () => import("./packs.js")],
  ["body", async () => ({ offer: offerDrafts })],
  ["[data-scan-into]", () => import("./scan.js")],
  ["[data-desk], [data-desk-done]", () => import("./desk.js")],
  ["[data-date]", () => import("./dates.js")],
  ["[data-plots]", () => import("./plots.js")],
  ["[data-voice]", () => import("./voice.js")],
  ["[data-queue-list]", () => import("./queue_page.js")],
  ["[data-device]", () => import("./device.js")],
];

// Questions that only one answer of another question makes sense of: data-when="which=range".
function showWhenAsked(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split("=");
    const chosen = new FormData(form).get(name);
    part.hidden = !wanted.split("|").includes(chosen ?? "");
  }
}

// “Lấy hết” and an amount typed beside it contradict each other: the later one counts.
function keepOneAnswer(event) {
  const line = event.target.closest("[data-take]");
  if (!line) return;
  const [all, amount] = [line.querySelector("[type=checkbox]"), line.querySelector("[inputmode]")];
  if (event.target === all && all.checked) amount.value = "";
  if (event.target === amount && amount.value.trim()) all.checked = false;
}

// A second tap while the first is under way. The server would do it once anyway.
function sendOnce(event) {
  const button = event.target.querySelector("[type=submit]");
  if (event.defaultPrevented || !button) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.target.dataset.again !== undefined) return;
  event.target.dataset.sent = "yes";
  button.setAttribute("aria-busy", "true");
}

offerFresh(document);
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", sendOnce);
  form.addEventListener("input", (event) => {
    keepOneAnswer(event);
    showWhenAsked(form);
  });
  showWhenAsked(form);
}
// Back from the next page: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[type=submit]")?.removeAttribute("aria-busy");
  }
});
// The first thing to mend, in sight.
document.querySelector("[aria-invalid=true], [role=alert]")?.scrollIntoView({ block: "center" });

// A part that does not come leaves the page as it is without it.
const asked = PARTS.filter(([mark]) => document.querySelector(mark)).map(([, load]) => load().catch(() => null));
const parts = (await Promise.all(asked)).filter(Boolean);

// On a slow telephone people answer before the scripts are there: once they are, it is told to them.
const early = answeredEarly(document);
document.documentElement.dataset.js = "yes";
for (const part of parts) part.offer(document)?.catch(() => {});
for (const field of early) {
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}
offerQueue(document)
  .then((refresh) => refresh && onTold(refresh))
  .catch(() => {});
offerApp(document).catch(() => {});
