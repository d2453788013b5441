// The scanner of the lookup box.
import { canScan, scanOnce } from "./camera.js";

const offer = document.querySelector("[data-scan]");
const panel = document.querySelector("[data-scanner]");
const field = document.querySelector("#ma");

if (offer && (await canScan())) {
  offer.hidden = false;
  offer.addEventListener("click", async () => {
    const text = await scanOnce(panel);
    if (text === null) return;
    // The server alone decides what a scanned text means.
    field.value = text.slice(0, field.maxLength);
    field.form.submit();
  });
}
