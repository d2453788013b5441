// A code field that a camera can fill, where the browser itself reads QR codes. The server takes it from there.
import { say } from "./words.js";

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

async function scanInto(field, panel) {
  const video = panel.querySelector("video");
  const said = panel.querySelector("[data-scan-said]");
  panel.hidden = false;
  said.textContent = say("Đưa hình QR trên tem vào khung.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    said.textContent = say("Chưa mở được máy ảnh. Hãy cho phép dùng máy ảnh, hoặc gõ mã.");
    return;
  }
  video.srcObject = stream;
  await video.play();
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const stop = () => {
    stream.getTracks().forEach((track) => track.stop());
    panel.hidden = true;
  };
  panel.querySelector("[data-scan-stop]").onclick = stop;
  while (!panel.hidden) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found) {
      const text = found.rawValue.slice(0, 200);
      field.value = field.tagName === "TEXTAREA" && field.value.trim() ? `${field.value.trim()}\n${text}` : text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      stop();
      return;
    }
    await new Promise((later) => setTimeout(later, 150));
  }
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
