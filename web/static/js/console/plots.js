// Many plots to tick: all, none, a search over them, and how many are ticked.
import { say } from "../words.js";

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
}

function offerPlotTools(part) {
  const lines = [...part.querySelectorAll(".card-choice")].map((line) => [
    line,
    line.querySelector("input"),
    fold(line.textContent),
  ]);
  const said = part.querySelector("[data-plots-said]");
  const search = part.querySelector("[data-plots-search]");
  const count = () => {
    const ticked = lines.filter(([, box]) => box.checked).length;
    said.textContent = ticked ? say("Đang chọn %(ticked)s trong %(lines)s nơi.", { ticked, lines: lines.length }) : say("Có %(lines)s nơi, chưa chọn nơi nào.", { lines: lines.length });
  };
  // Only what is in sight: who searched for “bến” and taps “all” means those by the quay.
  const tick = (isTicked) => {
    for (const [line, box] of lines) if (!line.hidden) box.checked = isTicked;
    part.dispatchEvent(new Event("input", { bubbles: true }));
  };
  search.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = fold(search.value).split(/\s+/);
    for (const [line, , text] of lines) line.hidden = !words.every((word) => text.includes(word));
  });
  // A search field's Enter would send the whole form.
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  part.querySelector("[data-plots-all]").addEventListener("click", () => tick(true));
  part.querySelector("[data-plots-none]").addEventListener("click", () => tick(false));
  part.addEventListener("input", count);
  for (const tool of part.querySelectorAll("[data-plots-tools]")) tool.hidden = false;
  count();
}

export function offer(page) {
  for (const part of page.querySelectorAll("[data-plots]")) offerPlotTools(part);
}
