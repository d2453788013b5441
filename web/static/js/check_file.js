// The page /verify/: check a proof file that the reader kept, without sending it anywhere.

import { StepError, canVerify, verifyBundle } from "./verify.js";
import { tellOutsiders } from "./witnesses.js";
import { say } from "./words.js";

const form = document.querySelector("[data-check-file]");
const items = [...document.querySelectorAll("[data-steps] > li")];
const result = document.querySelector("[data-result]");

const WORDS = {
  "own key": say("Dùng khóa ghi trong tệp."),
  "not sealed": say("Lô chưa ký nên chưa biết được đã đủ các bước hay chưa."),
  "no credential": say("Lô chưa có giấy chứng nhận điện tử."),
};

function show(isGood, text) {
  result.className = isGood ? "notice" : "notice notice--alarm";
  result.textContent = text;
  result.hidden = false;
}

function mark(step, state, text = "") {
  items[step - 1].className = `is-${state}`;
  items[step - 1].querySelector("[data-said]").textContent = text;
}

async function check(event) {
  event.preventDefault();
  for (const item of items) item.className = "";
  const [file] = form.elements.file.files;
  const vkey = form.elements.vkey.value.trim() || null;
  const witnesses = form.elements.witnesses.value.split(/\s+/).filter(Boolean);
  try {
    const { lot, records } = await verifyBundle(await file.text(), {
      vkey,
      witnesses,
      tell: (step, warning, run) =>
        mark(step, warning ? "warned" : "passed", WORDS[warning] ?? tellOutsiders(step, run)),
    });
    show(true, say("Khớp: %(records)s bản ghi của lô %(lot)s.", { records: records.length, lot }));
  } catch (error) {
    if (error instanceof StepError) mark(error.step, "failed", error.message);
    show(false, error.step
      ? say("Kiểm tra không đạt ở bước %(step)s. Đừng tin tệp này.", { step: error.step })
      : say("Kiểm tra không đạt. Đừng tin tệp này."));
  }
}

if (await canVerify()) {
  form.hidden = false;
  form.addEventListener("submit", check);
} else {
  show(false, say("Trình duyệt này không kiểm tra được chữ ký. Hãy dùng chương trình tải về ở dưới."));
}
