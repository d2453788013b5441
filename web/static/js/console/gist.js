// What somebody recorded, in a few words: for the page of what waits on the phone.
import { say } from "../words.js";

const TOLD = new Set(["text", "tel", "number", "checkbox", "radio", "select-one", "textarea"]);
const NOT_TOLD = new Set(["done_on", "done_by"]);
const MOST_TOLD = 4;

const firstLine = (label) => (label?.innerText ?? "").split("\n")[0].replace(/\s*\(.*$/, "").trim();

// One answer in words: “Sản lượng thu: 120 kg”; of what is ticked, what it says.
function toldBy(field) {
  if (field.type === "checkbox" || field.type === "radio") return firstLine(field.labels?.[0]);
  if (field.tagName === "SELECT") return field.selectedOptions[0]?.textContent.trim() ?? "";
  const unit = field.closest(".with-unit")?.querySelector(".with-unit__unit, option:checked")?.textContent.trim() ?? "";
  const name = firstLine(field.labels?.[0]);
  return `${name && `${name}: `}${field.value.trim()} ${unit}`.trim();
}

/** What tells this record from the next of its kind, for who looks through the queue. */
export function gistOf(form) {
  const told = new Map();
  for (const field of form.elements) {
    const isTold = TOLD.has(field.type) && !NOT_TOLD.has(field.name) && field.value && !field.name.startsWith("u-");
    if (!field.name || !isTold || ((field.type === "checkbox" || field.type === "radio") && !field.checked)) continue;
    told.set(field.name, [...(told.get(field.name) ?? []), toldBy(field)]);
  }
  const parts = [...told.values()].map((texts) => (texts.length > 3 ? say("%(texts)s mục", { texts: texts.length }) : texts.filter(Boolean).join(", ")));
  return parts.filter(Boolean).slice(0, MOST_TOLD).join(" · ");
}

/** Whether the form asks nothing: it is a button that does something. */
export const isButtonOnly = (form) => ![...form.elements].some(({ type }) => TOLD.has(type) || type === "file");
