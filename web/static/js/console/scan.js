// A code field that a camera can fill, where the browser itself reads QR codes. The server takes it from there.
import { canScan, scanOnce } from "../camera.js";

const MAX_CHARS = 200;

// Where many codes stand one below the other, the next one joins them.
async function scanInto(field, panel) {
  const text = (await scanOnce(panel))?.slice(0, MAX_CHARS);
  if (!text) return;
  field.value = field.tagName === "TEXTAREA" && field.value.trim() ? `${field.value.trim()}\n${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export async function offer(page) {
  const offers = page.querySelectorAll("[data-scan-into]");
  const panel = page.querySelector("[data-scanner]");
  if (!offers.length || !panel || !(await canScan())) return;
  for (const offer of offers) {
    offer.hidden = false;
    offer.addEventListener("click", () => scanInto(page.getElementById(offer.dataset.scanInto), panel));
  }
}
