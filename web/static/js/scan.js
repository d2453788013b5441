// The scanner of the lookup box: only where the browser itself can read QR codes.
import { say } from "./words.js";

const offer = document.querySelector("[data-scan]");
const panel = document.querySelector("[data-scanner]");
const video = panel?.querySelector("video");
const said = panel?.querySelector("[data-scan-said]");
const field = document.querySelector("#ma");
let stream = null;

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

async function open() {
  panel.hidden = false;
  said.textContent = say("Đưa hình QR trên tem vào khung.");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    said.textContent = say("Chưa mở được máy ảnh. Hãy cho phép dùng máy ảnh, hoặc gõ mã.");
    return;
  }
  video.srcObject = stream;
  await video.play();
  look(new window.BarcodeDetector({ formats: ["qr_code"] }));
}

async function look(detector) {
  if (!stream) return;
  const [found] = await detector.detect(video).catch(() => []);
  if (found) {
    close();
    // The server alone decides what a scanned text means.
    field.value = found.rawValue.slice(0, field.maxLength);
    field.form.submit();
    return;
  }
  setTimeout(() => look(detector), 150);
}

function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  panel.hidden = true;
}

if (offer && (await canScan())) {
  offer.hidden = false;
  offer.addEventListener("click", open);
  panel.querySelector("[data-scan-stop]").addEventListener("click", close);
}
