// Small comforts of the console. Every page works without them.
import { offerApp } from "./console_app.js";
import { offerDevice } from "./console_device.js";
import { offerDates } from "./console_dates.js";
import { answeredEarly, offerDrafts } from "./console_drafts.js";
import { offerPackCounts } from "./console_packs.js";
import { offerPreviews } from "./console_photos.js";
import { offerPlots } from "./console_plots.js";
import { offerQueue } from "./console_queue.js";
import { offerQueuePage } from "./console_queue_page.js";
import { offerScanners } from "./console_scan.js";
import { offerVoices } from "./console_voice.js";
import { onTold } from "./console_store.js";

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

// On a slow telephone people answer before the scripts are there: once they are, it is told to them.
const early = answeredEarly(document);

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

document.documentElement.dataset.js = "yes";
offerPreviews(document);
offerPackCounts(document);
offerDrafts(document);
offerScanners(document);
offerDates(document);
offerPlots(document);
offerVoices(document);
for (const field of early) {
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}
offerQueue(document)
  .then((refresh) => refresh && onTold(refresh))
  .catch(() => {});
offerQueuePage(document).catch(() => {});
offerDevice(document).catch(() => {});
offerApp(document).catch(() => {});
