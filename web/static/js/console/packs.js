// How many packs the chosen lots make in the chosen size, while nobody has counted them, and how much of the lots
// that takes: whole numbers of thousandths, as the server reckons. It reckons again anyway, and says so where the
// two differ.
import { say } from "../words.js";

const PLACES = 3;

// 1.234,5 as the whole number of its thousandths; null for what is no number.
function thousandths(text) {
  const typed = text.trim().replaceAll("\u00a0", "");
  const found = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,3}))?$/.exec(typed);
  return found && BigInt(found[1].replaceAll(".", "") + (found[2] ?? "").padEnd(PLACES, "0"));
}

// 1234500n as 1.234,5
function amount(count) {
  const digits = String(count).padStart(PLACES + 1, "0");
  const part = digits.slice(-PLACES).replace(/0+$/, "");
  return grouped(digits.slice(0, -PLACES)) + (part && `,${part}`);
}

const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ".");
const sum = (amounts) => amounts.reduce((one, other) => one + other, 0n);

// What a line gives at most, whether somebody typed it, and what is left of the lot.
function supply(line) {
  const isTyped = !line.querySelector("[name=inputs-all]").checked;
  const left = line.querySelector("[name=inputs-left]").value;
  const text = isTyped ? line.querySelector("[name=inputs-amount]").value : left;
  return { isTyped, most: text.trim() ? thousandths(text) : 0n, left: thousandths(left) };
}

function supplies(form) {
  const found = [...form.querySelectorAll("[data-take]")].map(supply);
  return found.some((each) => each.most === null) ? null : found.filter((each) => each.most);
}

function size(form) {
  const chosen = new FormData(form).get("net");
  const other = form.querySelector("[name=net_other]");
  return thousandths(chosen === "other" ? (other?.value ?? "") : (chosen ?? ""));
}

function packsPossible(form, factor) {
  const [given, net] = [supplies(form), size(form)];
  return net && given ? (sum(given.map((each) => each.most)) * factor) / net : null;
}

// As ledger.coop.goods.pack_amounts; empty where there is nothing sure to say.
function taking(form, factor, unit) {
  const [given, net, packs] = [supplies(form), size(form), thousandths(form.elements.packs.value)];
  const stated = form.elements.loss?.value.trim() ? thousandths(form.elements.loss.value) : 0n;
  if (!given?.length || !net || !packs || stated === null) return "";
  const scale = factor * 1000n;
  const need = (net * packs + scale - 1n) / scale + stated;
  const said = sum(given.filter((each) => each.isTyped).map((each) => each.most));
  const most = sum(given.map((each) => each.most));
  const isLess = (over) => over * factor < net; // less than a pack
  const kg = (count) => `${amount(count)} ${unit}`;
  if (need > most) return say("Hàng đã chọn đủ đóng %(grouped)s gói.", { grouped: grouped((most * factor) / net) });
  if (said > need && !isLess(said - need)) return say("Ghi lấy %(said)s, mà chỉ cần %(need)s.", { said: kg(said), need: kg(need) });
  const isRestTaken = !stated && !form.elements.loss?.value.trim() && isLess(most - need);
  const taken = isRestTaken ? most : need > said ? need : said;
  const rest = sum(given.map((each) => each.left)) - taken;
  if (rest > 0n) return say("Lấy %(taken)s, còn %(rest)s để đóng gói sau.", { taken: kg(taken), rest: kg(rest) });
  return taken > need ? say("Lấy hết %(taken)s, trong đó %(taken2)s không đủ một gói.", { taken: kg(taken), taken2: kg(taken - need) }) : say("Lấy hết %(taken)s.", { taken: kg(taken) });
}

export function offer(page) {
  for (const part of page.querySelectorAll("[data-packs]")) {
    const form = part.closest("form");
    const factor = BigInt(part.dataset.netFactor);
    const told = part.querySelector("[data-taking]");
    const general = told.textContent;
    const [packs, suggested] = [form.elements.packs, form.elements.suggested];
    const own = suggested.value;
    form.addEventListener("reset", () => (suggested.value = own));
    packs.dataset.reckoned = "suggested"; // no draft keeps what nobody counted
    const reckon = (event) => {
      const possible = event?.target === packs ? null : packsPossible(form, factor);
      if (event && possible !== null && packs.value.trim() === suggested.value) {
        packs.value = suggested.value = possible ? grouped(possible) : "";
      }
      told.textContent = taking(form, factor, told.dataset.taking) || general;
    };
    // On the form itself: after the answers that contradict each other were settled, and for drafts put back.
    form.addEventListener("input", reckon);
    reckon();
  }
}
