// What verified records say of a lot, for people. Only records that passed every step come here.

import { findSeal } from "../history.js";
import { say, sayDay } from "../words.js";

/** `[[label, text]]`, in the order in which people ask. */
export function tellFacts({ lot, records }) {
  const seal = findSeal({ lot, records });
  const made = seal ?? records.find(({ body }) => JSON.stringify(body.outputQuantityList ?? []).includes(`"${lot}"`));
  const maker = latest(records, "OrganisationRegistered", (body) => body.organisation === made?.chain);
  const product = latest(records, "ProductRegistered", (body) => body.product === seal?.body.product);
  const { packs, weightKg, packedOn, expiresOn } = seal?.body ?? {};
  const facts = [
    [say("Sản phẩm"), product?.name],
    [say("Nơi làm ra"), maker && [maker.name, maker.commune, maker.province].filter(Boolean).join(", ")],
    [say("Lô"), lot.split("/").at(-1)],
    [say("Đóng gói"), packedOn && dayOf(packedOn)],
    [say("Hạn dùng"), expiresOn && dayOf(expiresOn)],
    [say("Số gói đã ký"), packs?.toLocaleString("vi-VN")],
    [say("Khối lượng đã ký"), weightKg && `${weightKg.replace(".", ",")} kg`],
    [say("Ký lúc"), seal && dayOf(localDay(Date.parse(seal.recorded)))],
  ];
  return facts.filter(([, text]) => text);
}

/** The recalls among the records: reason, what to do, whom to ask. */
export function tellRecalls({ records }) {
  return records
    .filter(({ statement }) => statement === "LotRecalled")
    .map(({ body }) => say("Hàng đang bị thu hồi. Lý do: %(reason)s. Việc cần làm: %(instruction)s. Liên hệ: %(contact)s", body));
}

/** Whether the use-by day has passed on this device's calendar. */
export function isPast({ lot, records }, now = new Date()) {
  const until = findSeal({ lot, records })?.body.expiresOn;
  return Boolean(until) && until < localDay(now.getTime()).slice(0, 10);
}

function latest(records, type, isMeant) {
  return records.filter(({ statement, body }) => statement === type && isMeant(body)).at(-1)?.body;
}

/** The day on the clock of Viet Nam, as ISO writes it. */
function localDay(milliseconds) {
  return new Date(milliseconds + 7 * 3_600_000).toISOString();
}

function dayOf(text) {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  return sayDay(new Date(year, month - 1, day), true);
}
