// The camera as a reader of QR codes, only where the browser itself can read them.
import { say } from "./words.js";

export async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

/** What the first symbol before the camera says; null when it was stopped or never opened. */
export async function scanOnce(panel) {
  const said = panel.querySelector("[data-scan-said]");
  const video = panel.querySelector("video");
  panel.hidden = false;
  said.textContent = say("Đưa hình QR trên tem vào khung.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    said.textContent = say("Chưa mở được máy ảnh. Hãy cho phép dùng máy ảnh, hoặc gõ mã.");
    return null;
  }
  panel.querySelector("[data-scan-stop]").onclick = () => (panel.hidden = true);
  video.srcObject = stream;
  await video.play();
  const text = await look(new window.BarcodeDetector({ formats: ["qr_code"] }), video, panel);
  stream.getTracks().forEach((track) => track.stop());
  panel.hidden = true;
  return text;
}

async function look(detector, video, panel) {
  while (!panel.hidden) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found) return found.rawValue;
    await new Promise((later) => setTimeout(later, 150));
  }
  return null;
}
