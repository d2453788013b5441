// How many packs the chosen lots make in the chosen size, while nobody has counted them: whole numbers of
// thousandths, as the server reckons. It reckons again anyway, and says so where the two differ.
const PLACES = 3;

// 1.234,5 as the whole number of its thousandths; null for what is no number.
function thousandths(text) {
  const typed = text.trim().replaceAll("\u00a0", "");
  const found = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,3}))?$/.exec(typed);
  return found && BigInt(found[1].replaceAll(".", "") + (found[2] ?? "").padEnd(PLACES, "0"));
}

function taken(line) {
  const all = line.querySelector("[name=inputs-all]").checked;
  const text = line.querySelector(all ? "[name=inputs-left]" : "[name=inputs-amount]").value;
  return text.trim() ? thousandths(text) : 0n;
}

function size(form) {
  const chosen = new FormData(form).get("net");
  const other = form.querySelector("[name=net_other]");
  return thousandths(chosen === "other" ? (other?.value ?? "") : (chosen ?? ""));
}

function packsPossible(form, factor) {
  const amounts = [...form.querySelectorAll("[data-take]")].map(taken);
  const net = size(form);
  if (!net || amounts.includes(null)) return null;
  const sum = amounts.reduce((one, other) => one + other, 0n);
  return (sum * factor) / net;
}

function grouped(count) {
  return count ? String(count).replace(/\B(?=(\d{3})+$)/g, ".") : "";
}

export function offerPackCounts(page) {
  for (const part of page.querySelectorAll("[data-packs]")) {
    const form = part.closest("form");
    const [packs, suggested] = [form.elements.packs, form.elements.suggested];
    const reckon = (event) => {
      if (event.target === packs || packs.value.trim() !== suggested.value) return;
      const possible = packsPossible(form, BigInt(part.dataset.netFactor));
      if (possible === null) return;
      packs.value = suggested.value = grouped(possible);
    };
    // On the form itself: after the answers that contradict each other were settled, and for drafts put back.
    form.addEventListener("input", reckon);
  }
}
