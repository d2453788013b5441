// The desk: a hand scanner types a code and Enter, a camera reads them; each is answered at once, the field stays ready.
import { say } from "../words.js";

const KEPT = "so-goc-ban-kiem";
const SHOWN = 40; // lines on the page; what is well goes first, and the list itself has all
const PAUSE_MS = 120;
const WORST = ["bad", "caution", "good"];
const SAME_MS = 2500; // a camera sees the same stamp many times a second

function beep(tone) {
  navigator.vibrate?.(tone === "good" ? 40 : [120, 60, 120]);
  const Sound = window.AudioContext ?? window.webkitAudioContext;
  if (!Sound) return;
  const context = (beep.context ??= new Sound());
  const [hertz, seconds] = { good: [880, 0.08], caution: [440, 0.25], bad: [196, 0.5] }[tone];
  const [wave, volume] = [context.createOscillator(), context.createGain()];
  wave.frequency.value = hertz;
  volume.gain.value = 0.15;
  wave.connect(volume).connect(context.destination);
  wave.start();
  wave.stop(context.currentTime + seconds);
}

class Desk {
  constructor(form) {
    this.form = form;
    this.field = form.elements.code;
    this.list = form.elements.codes;
    this.rows = form.querySelector("[data-desk-rows]");
    this.most = Number(form.dataset.deskMost);
    this.atOnce = Number(form.dataset.deskAtOnce);
    this.items = new Map(); // as scanned → { text, times, fresh, element, row, tone }
    this.waiting = [];
    this.timer = 0;
  }

  get key() {
    return `${KEPT}:${this.form.dataset.deskAccount}`;
  }

  start() {
    this.list.closest("details").addEventListener("toggle", () => this.showList());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.take(this.field.value);
      this.field.value = "";
    });
    // What is typed anywhere but in a field comes from a hand scanner.
    document.addEventListener("keydown", (event) => {
      if (event.target === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.field.focus();
    });
    this.form.querySelector("[data-desk-clear]").addEventListener("click", () => this.clear());
    this.form.addEventListener("submit", () => {
      if (this.field.value.trim()) this.take(this.field.value);
      this.field.value = "";
      this.fillList();
    });
    addEventListener("online", () => this.ask());
    for (const text of this.kept()) this.add(text, false);
    this.ask();
    if (matchMedia("(pointer: fine)").matches) this.field.focus();
  }

  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.scanned()));
    } catch {
      // A full or forbidden store: the list is on the page all the same.
    }
  }

  scanned() {
    return [...this.items.values()].flatMap((item) => Array(item.times).fill(item.text));
  }

  fillList() {
    const own = this.list.value.split("\n").filter((line) => line.trim() && !this.listed?.has(line));
    this.list.value = [...own, ...this.scanned()].join("\n");
    this.listed = new Set(this.scanned());
  }

  showList() {
    if (this.list.closest("details").open) this.fillList();
  }

  take(typed) {
    const text = typed.trim();
    if (!text) return;
    if (this.items.size >= this.most) {
      this.say(say("Danh sách đã đầy. Hãy lập phiếu rồi quét tiếp."));
      return;
    }
    this.add(text);
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  /** The same code again is the same line, told once more. */
  add(text, fresh = true) {
    const known = this.items.get(text);
    if (known) {
      known.times += 1;
      known.fresh = fresh;
      if (known.row) {
        this.show(known);
        this.sound();
      }
      else this.rows.prepend(known.element);
      return;
    }
    const item = { text, times: 1, fresh };
    item.element = this.make("waiting", { verdict: say("Đang kiểm…"), shown: text.slice(-40) });
    this.items.set(text, item);
    this.rows.prepend(item.element);
    if (this.rows.children.length > SHOWN) [...this.rows.querySelectorAll(".scan--good")].at(-1)?.remove();
    this.waiting.push(item);
    this.form.querySelector("[data-desk-live]").hidden = false;
  }

  async ask() {
    if (this.asking || !this.waiting.length) return;
    this.asking = true;
    const some = this.waiting.slice(0, this.atOnce);
    try {
      const rows = await this.fetchRows(some.map((item) => item.text));
      this.waiting.splice(0, some.length);
      some.forEach((item, place) => this.settle(item, rows[place]));
      this.sound();
      this.showWaiting("");
    } catch {
      this.showWaiting(say("Chưa kiểm được %(count)s mã vì mất mạng. Cứ quét tiếp, có mạng máy tự kiểm.", { count: this.waiting.length }));
      this.asking = false;
      setTimeout(() => this.ask(), 5000);
      return;
    }
    this.asking = false;
    this.count();
    this.ask();
  }

  async fetchRows(codes) {
    const answer = await fetch(this.form.dataset.desk, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.form.elements.csrf_token.value },
      body: JSON.stringify({ codes }),
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()).rows;
  }

  /** Two texts may be one code, scanned and typed: then the first line counts both. */
  settle(item, row) {
    const first = [...this.items.values()].find((other) => other !== item && other.row?.code === row.code);
    if (first) {
      item.element.remove();
      this.items.delete(item.text);
      first.times += item.times;
      first.fresh = true;
      this.show(first);
      return;
    }
    item.row = row;
    this.show(item);
  }

  show(item) {
    const twice = item.times > 1;
    const tone = twice && item.row.tone === "good" ? "caution" : item.row.tone;
    const verdict = twice ? say("%(verdict)s · quét %(times)s lần", { verdict: item.row.verdict, times: item.times }) : item.row.verdict;
    const element = this.make(tone, { ...item.row, verdict });
    item.tone = tone;
    if (item.fresh) this.tell(item, verdict, tone);
    if (item.fresh && twice) {
      item.element.remove();
      this.rows.prepend(element);
    } else {
      item.element.replaceWith(element);
    }
    item.element = element;
    item.fresh = false;
    this.count();
  }

  tell(item, verdict, tone) {
    this.heard = [this.heard, tone].sort((one, other) => WORST.indexOf(one) - WORST.indexOf(other))[0];
    this.say([verdict, item.row.product, item.row.lot].filter(Boolean).join(", "));
  }

  /** One sound for what was answered together: the worst of it. */
  sound() {
    if (this.heard && navigator.userActivation?.hasBeenActive !== false) beep(this.heard);
    this.heard = undefined;
  }

  make(tone, row) {
    const element = this.form.querySelector(`template[data-desk-row="${tone}"]`).content.firstElementChild.cloneNode(true);
    const texts = { ...row, until: row.until ? say("Hạn dùng %(until)s", { until: row.until }) : "" };
    for (const slot of element.querySelectorAll("[data-slot]")) {
      if (slot.dataset.slot !== "goods") slot.textContent = texts[slot.dataset.slot] ?? "";
      else if (row.product) {
        const link = document.createElement("a");
        [link.href, link.textContent] = [row.address, row.lot];
        slot.append(`${row.product} · ${say("lô")} `, link, row.packs ? ` · ${say("%(packs)s gói", { packs: row.packs })}` : "");
      }
    }
    return element;
  }

  count() {
    const counts = { good: 0, caution: 0, bad: 0 };
    for (const { tone } of this.items.values()) if (tone) counts[tone] += 1;
    for (const [tone, count] of Object.entries(counts)) this.form.querySelector(`[data-desk-count="${tone}"]`).textContent = count;
  }

  showWaiting(text) {
    const said = this.form.querySelector("[data-desk-waiting]");
    [said.hidden, said.textContent] = [!text, text];
  }

  say(text) {
    this.form.querySelector("[data-desk-said]").textContent = text;
  }

  clear() {
    if (!confirm(say("Xóa hết các mã đã quét?"))) return;
    this.items.clear();
    this.waiting = [];
    this.rows.replaceChildren();
    this.list.value = "";
    this.listed = undefined;
    this.count();
    this.keep();
    this.field.focus();
  }
}

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

/** The camera stays open: one stamp after the other goes before it. */
async function watch(desk, panel) {
  const [video, said] = [panel.querySelector("video"), panel.querySelector("[data-scan-said]")];
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
  panel.querySelector("[data-scan-stop]").onclick = () => {
    stream.getTracks().forEach((track) => track.stop());
    panel.hidden = true;
  };
  const seen = new Map();
  while (!panel.hidden) {
    for (const { rawValue } of await detector.detect(video).catch(() => [])) {
      const text = rawValue.slice(0, 300);
      const now = performance.now();
      if (now - (seen.get(text) ?? -SAME_MS) >= SAME_MS) desk.take(text);
      seen.set(text, now);
    }
    await new Promise((later) => setTimeout(later, 150));
  }
}

export async function offer(page) {
  const done = page.querySelector("[data-desk-done]");
  if (done) sessionStorage.removeItem(`${KEPT}:${done.dataset.deskDone}`);
  const form = page.querySelector("[data-desk]");
  if (!form) return;
  const desk = new Desk(form);
  desk.start();
  const [button, panel] = [form.querySelector("[data-desk-camera]"), form.querySelector("[data-scanner]")];
  if (!(await canScan())) return;
  button.hidden = false;
  button.addEventListener("click", () => watch(desk, panel));
}
