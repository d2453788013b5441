// The passport's own checks: fetch the proof, verify it here, tick the steps, and say so above. Also sharing.
// The page is whole without this file.

import { readStamp } from "./stamp.js";
import { StepError, canVerify, verifyBundle } from "./verify.js";
import { say } from "./words.js";

const block = document.querySelector("#tu-kiem-tra");
const items = [...block.querySelectorAll("[data-steps] > li")];
const result = block.querySelector("[data-result]");
const button = block.querySelector("[data-check]");

const WORDS = {
  "own key": say("Dùng khóa ghi trong tệp. Muốn chắc hơn, so khóa này với khóa hợp tác xã đã công bố."),
  "not sealed": say("Lô chưa ký nên chưa biết được đã đủ các bước hay chưa."),
  "no credential": say("Lô chưa có giấy chứng nhận điện tử."),
  "earlier seal": say("Tem in theo lần ký trước; từ đó bản ghi đã được đính chính và ký lại."),
};

/** The proof file did not come: the server's `status`, 0 where nothing came at all. */
class MissingError extends Error {
  constructor(status) {
    super(`no proof file (${status})`);
    this.status = status;
  }
}

/** What the stamp itself says of the record, in the address it was scanned with; null where it says nothing. */
function stampAtHand() {
  try {
    return /^\/s\//i.test(location.pathname) && readStamp(location.pathname).short ? location.pathname : null;
  } catch {
    return null;
  }
}

function show(kind, text) {
  result.className = kind === "alarm" ? "notice notice--alarm" : kind === "late" ? "notice notice--late" : "notice";
  result.textContent = text;
  result.hidden = false;
}

function mark(step, state, text = "") {
  const item = items[step - 1];
  item.hidden = false;
  item.classList.remove("is-passed", "is-warned", "is-failed");
  item.classList.add(`is-${state}`);
  item.querySelector("[data-said]").textContent = text;
}

/** Beside the names that the page gives: how many cosignatures held here, and by whose word on the keys. */
function sayCosigned(step, { claimed }) {
  return step === 7 && claimed.length ? say("Đã kiểm chữ ký của %(claimed)s bên, theo khóa trong tệp.", { claimed: claimed.length }) : "";
}

/** What the page shows is what the verified records say: a page could show other words beside a true proof. */
function checkShown({ lot, records }) {
  const product = latest(records, "ProductRegistered", block.dataset.product, "product");
  const seal = latest(records, "LotSealed", lot, "lot");
  const isSame =
    lot === block.dataset.lot &&
    (!product || product.name === block.dataset.name) &&
    (!seal || (seal.packedOn ?? "") === block.dataset.packed);
  if (!isSame) throw new StepError(9, "the page shows other facts than the signed records");
}

function latest(records, type, subject, member) {
  const found = records.filter(({ statement, body }) => statement === type && body[member] === subject);
  return found.at(-1)?.body;
}

async function run() {
  button.disabled = true;
  for (const item of items) item.className = "";
  try {
    const checked = await verifyBundle(await fetchProof(), {
      stamp: stampAtHand(),
      tell: (step, warning, run) => {
        if (warning !== "no stamp") mark(step, warning ? "warned" : "passed", WORDS[warning] ?? sayCosigned(step, run));
      },
    });
    checkShown(checked);
    const count = checked.records.length.toLocaleString("vi-VN");
    const isWhole = !checked.warnings.some(({ warning }) => warning === "not sealed");
    const completeness = isWhole ? say("không thiếu bước nào") : say("nhưng lô chưa ký nên chưa chắc đã đủ bước");
    show("good", say("Máy của bạn đã kiểm tra %(count)s bản ghi: tất cả khớp chữ ký, %(completeness)s.", { count, completeness }));
    addSeal(say("máy bạn đã kiểm"));
  } catch (error) {
    tellFailure(error);
  }
  button.disabled = false;
}

async function fetchProof() {
  const response = await fetch(block.dataset.bundle, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) throw new MissingError(response?.status ?? 0);
  return response.text();
}

function tellFailure(error) {
  if (!(error instanceof StepError)) {
    show("late", error.status
      ? say("Máy chủ không đưa tệp bằng chứng (mã %(status)s) nên chưa kiểm tra được. Nếu lần sau vẫn vậy, đừng vội tin trang này.", { status: String(error.status) })
      : say("Chưa tải được tệp bằng chứng nên chưa kiểm tra được. Hãy thử lại khi có mạng."));
    return;
  }
  if (error.step === 11) {
    tellSwapped();
    return;
  }
  mark(error.step, "failed", say("Không khớp: %(message)s", { message: error.message }));
  show("alarm", say("Kiểm tra không đạt ở bước %(step)s. Đừng tin thông tin trên trang này.", { step: error.step }));
  turnVerdict(
    say("Dữ liệu không khớp chữ ký"),
    "Record does not match its signature",
    say("Máy của bạn kiểm tra thấy bản ghi không khớp. Không nên tin thông tin dưới đây."),
  );
}

/** The record is genuine, the stamp was printed for another. A recall is never hidden by that. */
function tellSwapped() {
  mark(11, "failed");
  show("alarm", say("Tem này được in cho một bản ghi khác. Hãy giữ tem và tải bằng chứng: hai thứ ấy cùng nhau cho thấy bản ghi đã bị tráo."));
  if (document.querySelector(".verdict").dataset.verdict === "recalled") return;
  turnVerdict(
    say("Tem không khớp bản ghi"),
    "Stamp does not match the record",
    say("Máy của bạn kiểm tra thấy tem được in cho một bản ghi khác bản ghi dưới đây. Nếu mã gõ tay, hãy quét lại hoặc chỉ gõ 13 ký tự."),
  );
}

function turnVerdict(title, titleEn, line) {
  const band = document.querySelector(".verdict");
  band.className = "verdict verdict--tampered";
  band.dataset.verdict = "tampered";
  band.querySelector("h1").textContent = title;
  band.querySelector("[lang=en]").textContent = titleEn;
  band.querySelector(".verdict__line").textContent = line;
}

/** Beside the English title, so that nothing on the page moves while it is being read. */
function addSeal(text) {
  const line = document.querySelector(".verdict h1 + [lang=en]");
  if (line.querySelector("[data-seal]")) return;
  const seal = document.createElement("span");
  seal.dataset.seal = "";
  seal.lang = "vi";
  seal.textContent = ` · ✓ ${text}`;
  line.append(seal);
}

async function start() {
  if (!(await canVerify())) {
    const reason = window.isSecureContext
      ? say("Trình duyệt này chưa kiểm tra được chữ ký Ed25519.")
      : say("Trang mở qua kết nối không mã hóa nên trình duyệt không cho kiểm tra chữ ký.");
    show("late", say("%(reason)s Hãy tải bằng chứng về và kiểm tra bằng chương trình ở dưới.", { reason }));
    return;
  }
  button.hidden = false;
  button.addEventListener("click", run);
  // The page comes first: verify by ourselves only when the phone has nothing better to do or to pay for.
  if (navigator.connection?.saveData) return;
  // A busy phone may never be idle: then after two seconds.
  if (window.requestIdleCallback) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run);
}

function offerSharing() {
  const share = document.querySelector("[data-share]");
  if (!share || !navigator.share) return;
  share.hidden = false;
  share.addEventListener("click", () => {
    const url = document.querySelector("link[rel=canonical]").href;
    navigator.share({ title: document.title, url }).catch(() => {});
  });
}

offerSharing();
start();
