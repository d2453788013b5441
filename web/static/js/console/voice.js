// A voice note: tap, talk, tap. It goes into the form's own file box, so that it is sent, queued and kept like
// any file; without a recorder in the browser the box itself is there.
import { say } from "../words.js";

const LONGEST_MS = 120_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const ENDINGS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

function canRecord() {
  return "MediaRecorder" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

function put(input, blob) {
  const type = blob.type.split(";")[0];
  const held = new DataTransfer();
  if (blob.size) held.items.add(new File([blob], `ghi-am.${ENDINGS[type] ?? "webm"}`, { type }));
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function listen(box, said) {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    said.textContent = say("Chưa mở được micrô. Hãy cho phép dùng micrô, hoặc gõ ghi chú.");
    box.querySelector("[data-voice-file]").hidden = false;
    return null;
  }
}

async function record(stream, onStart) {
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const stopped = new Promise((done) => recorder.addEventListener("stop", done, { once: true }));
  const limit = setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
  recorder.start();
  onStart(recorder);
  await stopped;
  clearTimeout(limit);
  for (const track of stream.getTracks()) track.stop();
  return new Blob(parts, { type: recorder.mimeType });
}

function offerRecorder(box) {
  const input = box.querySelector("input[type=file]");
  const said = box.querySelector("[data-voice-said]");
  const heard = box.querySelector("[data-voice-heard]");
  const [start, drop] = [box.querySelector("[data-voice-start]"), box.querySelector("[data-voice-drop]")];
  const label = start.lastChild;
  let recorder = null;
  const show = (blob) => {
    if (heard.src.startsWith("blob:")) URL.revokeObjectURL(heard.src);
    heard.hidden = drop.hidden = !blob;
    if (blob) heard.src = URL.createObjectURL(blob);
  };
  // Also when a form out of the queue is filled in again.
  input.addEventListener("change", () => {
    show(input.files[0]);
    label.textContent = input.files.length ? say("Nói lại") : say("Bấm để nói");
  });
  start.addEventListener("click", async () => {
    if (recorder?.state === "recording") {
      recorder.stop();
      return;
    }
    const stream = await listen(box, said);
    if (!stream) return;
    const blob = await record(stream, (running) => {
      recorder = running;
      label.textContent = say("Bấm để dừng");
      said.textContent = say("Đang ghi âm, tối đa 2 phút…");
    });
    said.textContent = say("Đã ghi âm. Nghe lại bên dưới.");
    put(input, blob);
  });
  drop.addEventListener("click", () => {
    put(input, new Blob());
    box.querySelector("[name=voice_kept]")?.remove();
    said.textContent = say("Đã bỏ ghi âm.");
  });
  start.hidden = false;
  drop.hidden = heard.hidden;
  box.querySelector("[data-voice-file]").hidden = true;
}

export function offer(page) {
  if (!canRecord()) return;
  for (const box of page.querySelectorAll("[data-voice]")) offerRecorder(box);
}
