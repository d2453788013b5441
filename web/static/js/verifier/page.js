// The verifier for people: on the page /verify/, and in the one file that works from a disk (docs/spec/verifier.md).
// A proof file is chosen, dropped or pasted, or fetched from the host of a stamp; the steps are ticked one by one.

import { canScan, scanOnce } from "../camera.js";
import { StepError, canVerify, verifyBundle } from "../verify.js";
import { tellOutsiders } from "../witnesses.js";
import { say } from "../words.js";
import { AskingError, addressOf, askHost } from "./asking.js";
import { isPast, tellFacts, tellRecalls } from "./told.js";
import { allTrusted, forget, originOf, pin, trustedFor } from "./trust.js";

const form = document.querySelector("[data-check-file]");
const items = [...document.querySelectorAll("[data-steps] > li")];
const result = document.querySelector("[data-result]");
const hostSaid = document.querySelector("[data-host-said]");
const alarms = document.querySelector("[data-alarms]");
const facts = document.querySelector("[data-facts]");
const { stamp, file, pasted, vkey, witnesses } = form.elements;
let dropped = null;

const WORDS = {
  "not sealed": say("Lô chưa ký nên chưa biết được đã đủ các bước hay chưa."),
  "no credential": say("Lô chưa có giấy chứng nhận điện tử."),
  "no short": say("Tem không mang mã đối chiếu: chỉ máy chủ nói rằng tem này thuộc lô này."),
  "earlier seal": say("Tem in theo lần ký trước; từ đó bản ghi đã được đính chính và ký lại."),
};

const SILENCE = {
  text: () => say("Chưa đọc được mã tem. Mã có 13 ký tự, hoặc là cả địa chỉ trong hình QR."),
  silent: ({ host }) =>
    say("Chưa hỏi được máy chủ %(host)s: không có mạng, hoặc trang này không được phép gọi ra ngoài. Hãy tải tệp bằng chứng rồi chọn ở đây.", { host }),
  status: ({ host, status }) =>
    say("Máy chủ %(host)s không đưa được bằng chứng (mã %(status)s). Đừng vội tin tem này.", { host, status: String(status) }),
};

function show(kind, text) {
  result.className = kind ? `notice notice--${kind}` : "notice";
  result.textContent = text;
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

function mark(step, state, text = "") {
  const item = items[step - 1];
  item.hidden = false;
  item.className = `is-${state}`;
  item.querySelector("[data-said]").textContent = text;
}

function clear() {
  for (const item of items) {
    item.className = "";
    item.hidden = item.hasAttribute("data-stamp-step");
    item.querySelector("[data-said]").textContent = "";
  }
  for (const part of [result, hostSaid, facts]) part.hidden = true;
  for (const part of [facts, alarms]) part.replaceChildren();
}

/** The proof file's text; asks the stamp's host where there is none at hand. Null where that says all. */
async function takeProof() {
  const text = pasted.value.trim() || (await (dropped ?? file.files[0])?.text());
  if (text) return text;
  if (!stamp.value.trim()) {
    show("late", say("Hãy chọn tệp bằng chứng, hoặc quét, gõ mã tem."));
    return null;
  }
  const answer = await askHost(addressOf(stamp.value, form.dataset.home));
  const lines = answer.said.verdict.lines_vi.join(" ");
  hostSaid.textContent = say("Máy chủ %(host)s nói: %(title)s. %(lines)s", { host: answer.host, title: answer.said.verdict.title_vi, lines });
  hostSaid.hidden = false;
  if (!answer.text) show("late", say("Tem này không có bằng chứng để kiểm tra: trên đây chỉ là lời của máy chủ."));
  return answer.text;
}

/** By whose word the log's key holds: the reader's own, what was kept here, else the file's. */
function chooseTrust(text) {
  const typed = witnesses.value.split(/\s+/).filter(Boolean);
  if (vkey.value.trim()) return { key: vkey.value.trim(), by: "typed", witnesses: typed };
  const kept = trustedFor(originIn(text));
  if (!kept) return { key: null, by: "file", witnesses: typed };
  return { key: kept.vkey, by: kept.since ? "kept" : "page", since: kept.since, witnesses: typed.length ? typed : kept.witnesses };
}

function originIn(text) {
  try {
    return String(JSON.parse(text).log.origin);
  } catch {
    return "";
  }
}

function keyWords({ by, since }) {
  if (by === "kept") return say("Đúng khóa đã ghim trên máy này ngày %(since)s.", { since: since.split("-").reverse().join("/") });
  if (by === "page") return say("Đúng khóa đi kèm trang kiểm tra này.");
  return by === "typed" ? say("Đúng khóa bạn đưa vào.") : say("Lần đầu gặp sổ này: khóa lấy từ tệp và được ghim lại. Hãy so với khóa hợp tác xã công bố.");
}

function wordsFor(step, warning, run, trust) {
  if (step === 6) return keyWords(trust);
  return WORDS[warning] ?? tellOutsiders(step, run);
}

async function check(event) {
  event.preventDefault();
  clear();
  let trust = null;
  try {
    const text = await takeProof();
    if (!text) return;
    trust = chooseTrust(text);
    const checked = await verifyBundle(text, {
      vkey: trust.key,
      witnesses: trust.witnesses,
      stamp: stamp.value.trim() || null,
      tell: (step, warning, run) => {
        if (warning !== "no stamp") mark(step, warning ? "warned" : "passed", wordsFor(step, warning, run, trust));
      },
    });
    showChecked(checked);
    pin(trust.key ?? JSON.parse(text).log.vkey, trust.witnesses);
    listTrusted();
  } catch (error) {
    showFailure(error, trust);
  }
}

function showChecked(checked) {
  const { lot, records } = checked;
  const isPassing = !tellRecalls(checked).length && !isPast(checked);
  show(isPassing ? "good" : "", say("Khớp: %(records)s bản ghi của lô %(lot)s.", { records: records.length, lot }));
  const late = isPast(checked) ? [say("Hàng đã quá hạn dùng.")] : [];
  alarms.replaceChildren(...[...tellRecalls(checked), ...late].map((text) => made("p", text, "notice notice--alarm")));
  facts.replaceChildren(...tellFacts(checked).map(([label, text]) => {
    const row = document.createElement("div");
    row.append(made("dt", label), made("dd", text));
    return row;
  }));
  facts.hidden = false;
}

function made(name, text, className = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function showFailure(error, trust) {
  if (error instanceof AskingError) {
    show("late", SILENCE[error.kind](error));
  } else if (error instanceof StepError && error.step === 11) {
    mark(11, "failed");
    show("alarm", say("Tem trên tay được in cho một bản ghi khác: bản ghi có thể đã bị tráo. Nếu mã gõ tay, hãy quét lại hoặc chỉ gõ 13 ký tự."));
  } else if (error instanceof StepError) {
    mark(error.step, "failed", error.message);
    const isKept = error.step === 6 && (trust?.by === "kept" || trust?.by === "page");
    const more = isKept ? say("Khóa của sổ khác khóa đã ghim. Nếu sổ đã đổi khóa, hãy lấy khóa mới ở nơi bạn tin và dán vào ô khóa.") : "";
    show("alarm", `${say("Kiểm tra không đạt ở bước %(step)s. Đừng tin tệp này.", { step: error.step })} ${more}`.trim());
  } else {
    show("alarm", say("Kiểm tra không đạt. Đừng tin tệp này."));
  }
}

/** Whom this device trusts, each with a way to be forgotten. */
function listTrusted() {
  const list = document.querySelector("[data-trusted]");
  list.replaceChildren(...allTrusted().map(({ vkey: line, since }) => {
    const item = made("li", "");
    item.append(made("span", line, "key"));
    if (!since) return item;
    const button = made("button", say("Bỏ ghim"), "button");
    button.type = "button";
    button.addEventListener("click", () => {
      forget(originOf(line));
      listTrusted();
    });
    item.append(button);
    return item;
  }));
  list.previousElementSibling.hidden = !list.children.length;
}

function takeDrops() {
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const [first] = event.dataTransfer.files;
    if (!first) return;
    dropped = first;
    form.requestSubmit();
  });
  file.addEventListener("change", () => (dropped = null));
}

async function offerScan() {
  const offer = form.querySelector("[data-scan]");
  if (!(await canScan())) return;
  offer.hidden = false;
  offer.addEventListener("click", async () => {
    const text = await scanOnce(document.querySelector("[data-scanner]"));
    if (text === null) return;
    stamp.value = text;
    form.requestSubmit();
  });
}

if (await canVerify()) {
  form.hidden = false;
  form.addEventListener("submit", check);
  listTrusted();
  takeDrops();
  await offerScan();
} else {
  show("late", say("Trình duyệt này không kiểm tra được chữ ký. Hãy dùng chương trình tải về ở dưới."));
}
