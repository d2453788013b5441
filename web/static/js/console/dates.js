// Days: typed in any usual way and shown as ngày/tháng/năm, with the lunar date beside, a calendar to tap, and
// what people mean by “hôm qua”. The server reads all of it as well; what leaves a phone names the year, for a
// form that waits without a signal is read on another day.
import { say } from "../words.js";

const DAY_MS = 86_400_000;

function dayOf(year, month, day) {
  const found = new Date(Date.UTC(year, month - 1, day));
  const isReal = found.getUTCFullYear() === year && found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
  return isReal ? found : null;
}

export function today(now = new Date()) {
  return dayOf(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

// The day somebody typed; null for what is none. A day without a year is the last one that is not after today.
export function readDay(text, now = today()) {
  const typed = text.normalize("NFC").trim().toLowerCase().replace(/\s+/g, " ");
  const ago = { "hôm nay": 0, nay: 0, "hôm qua": 1, qua: 1, "hôm kia": 2 }[typed];
  if (ago !== undefined) return new Date(now.getTime() - ago * DAY_MS);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const said =
    /^(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}|\d{2}))?$/.exec(typed) ??
    /^(\d{1,2})[ /.-](\d{1,2})(?:[ /.-](\d{4}|\d{2}))?$/.exec(typed) ??
    /^(\d{2})(\d{2})(\d{4}|\d{2})$/.exec(typed);
  if (!said) return null;
  const [day, month] = [Number(said[1]), Number(said[2])];
  if (said[3]) return dayOf(Number(said[3]) + (said[3].length === 2 ? 2000 : 0), month, day);
  for (let year = now.getUTCFullYear(); year > now.getUTCFullYear() - 9; year -= 1) {
    const found = dayOf(year, month, day);
    if (found && found <= now) return found;
  }
  return null;
}

export function formatDay(day) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`;
}

// “14/10 âm lịch” from the first days of the lunar months that the server reckoned: “2026-11-09:10 …”.
export function lunarText(day, months) {
  const iso = day.toISOString().slice(0, 10);
  const known = months.split(" ").map((month) => month.split(":"));
  if (!known.length || iso < known[0][0]) return "";
  const [start, number] = known.findLast(([first]) => first <= iso);
  const count = Math.round((day - new Date(`${start}T00:00:00Z`)) / DAY_MS) + 1;
  if (count > 30) return "";
  return number.endsWith("n")
    ? say("%(day)s/%(month)s nhuận âm lịch", { day: count, month: number.slice(0, -1) })
    : say("%(day)s/%(month)s âm lịch", { day: count, month: number });
}

function offerCalendar(box, field, changed) {
  const picker = document.createElement("input");
  if (!("showPicker" in picker)) return;
  Object.assign(picker, { type: "date", tabIndex: -1, className: "dated__picker" });
  picker.setAttribute("aria-hidden", "true");
  picker.setAttribute("aria-label", say("Lịch"));
  const button = box.querySelector("[data-date-open]");
  button.hidden = false;
  button.addEventListener("click", () => {
    picker.value = readDay(field.value)?.toISOString().slice(0, 10) ?? "";
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    field.value = picker.value ? formatDay(readDay(picker.value)) : "";
    changed();
  });
  button.after(picker);
}

export function offer(page) {
  const months = page.querySelector("[data-lunar-months]")?.dataset.lunarMonths ?? "";
  for (const box of page.querySelectorAll("[data-date]")) {
    const field = box.querySelector("input.field");
    const said = box.querySelector("[data-lunar-said]");
    const show = () => {
      const day = readDay(field.value);
      said.textContent = day && months ? lunarText(day, months) : "";
    };
    const changed = () => {
      show();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    field.addEventListener("input", show);
    field.addEventListener("change", () => {
      const day = readDay(field.value);
      if (day) field.value = formatDay(day);
      show();
    });
    offerCalendar(box, field, changed);
    show();
  }
}
