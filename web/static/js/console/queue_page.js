// The page of what waits to be sent. It works without a network: everything on it is on this phone.
import { REFUSED, SENDING, WAITING, changeItem, onTold, readFact, readQueue, removeItem } from "./store.js";
import { syncQueue } from "./send.js";
import { whoIs } from "./queue.js";
import { say, sayDay } from "../words.js";

const STATES = {
  waiting: say("Chờ gửi"),
  sending: say("Đang gửi…"),
  refused: say("Chưa được nhận"),
};
const two = (number) => String(number).padStart(2, "0");

// 14:05, and on another day than today 14:05 ngày 22/11
function format(at) {
  const moment = new Date(at);
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  if (moment.toDateString() === new Date().toDateString()) return time;
  return say("%(time)s ngày %(day)s", { time, day: sayDay(moment) });
}

function element(tag, style, text) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

function button(label, style, press) {
  const made = element("button", `button button--wide${style}`, label);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

// What an answer that was never kept by anybody else cannot be got back: so it is asked twice.
function leaveOut(item) {
  const asked = element("div", "stack");
  const first = button(say("Bỏ"), "", () => {
    first.hidden = true;
    sure.hidden = false;
    sure.querySelector("button").focus();
  });
  const sure = element("div", "stack");
  sure.hidden = true;
  sure.append(
    element("p", "", say("Bỏ hẳn việc này? Những gì đã ghi và ảnh của việc này sẽ mất.")),
    button(say("Bỏ hẳn"), " button--danger", () => removeItem(item.key)),
    button(say("Giữ lại"), "", () => {
      sure.hidden = true;
      first.hidden = false;
      first.focus();
    }),
  );
  asked.append(first, sure);
  return asked;
}

function shownState(item) {
  const due = item.nextAt > Date.now() ? say(", thử lại lúc %(at)s", { at: format(item.nextAt) }) : "";
  return `${STATES[item.state]}${item.tries && item.state !== SENDING ? due : ""}`;
}

function shownFile(file, addresses) {
  const shown = element(file.type.startsWith("audio/") ? "audio" : "img");
  shown.src = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
  addresses.push(shown.src);
  if (shown.tagName === "IMG") shown.alt = say("Ảnh của việc này");
  else Object.assign(shown, { controls: true, preload: "metadata", ariaLabel: say("Ghi âm của việc này") });
  return shown;
}

function filesOf(item, addresses) {
  const of = (kind) => item.files.filter(({ type }) => type.startsWith(kind)).map((file) => shownFile(file, addresses));
  const [photos, sounds] = [of("image/"), of("audio/")];
  const box = element("div", "photos");
  box.append(...photos);
  return photos.length ? [box, ...sounds] : sounds;
}

function card(item, addresses) {
  const shown = element("li", "card waiting");
  shown.dataset.key = item.key;
  shown.append(element("h2", "", item.title));
  if (item.lead) shown.append(element("p", "row__sub", item.lead));
  if (item.gist) shown.append(element("p", "", item.gist));
  const state = element("p", `waiting__state waiting__state--${item.state}`, shownState(item));
  shown.append(state, element("p", "hint", item.note && !item.unsigned
    ? say("Ghi lúc %(at)s, máy này đã ký", { at: format(item.at) })
    : say("Ghi lúc %(at)s", { at: format(item.at) })));
  shown.append(...filesOf(item, addresses));
  if (item.state !== REFUSED) {
    if (item.state !== SENDING) shown.append(leaveOut(item));
    return shown;
  }
  for (const sentence of [...item.said, ...Object.values(item.byName ?? {})]) shown.append(element("p", "question__error", sentence));
  if (item.code === "DeviceRecordError") {
    shown.append(button(say("Gửi không kèm chữ ký máy"), "", async () => {
      await changeItem(item.key, { unsigned: true, state: WAITING, tries: 0, nextAt: 0 });
      await syncQueue();
    }));
  }
  const mend = element("a", "button button--main button--wide", say("Sửa và gửi lại"));
  mend.href = `${item.path}#sua=${encodeURIComponent(item.key)}`;
  shown.append(mend, leaveOut(item));
  return shown;
}

let addresses = [];

// What was being sent when the browser ended is sent no more: it waits.
async function readItems() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const isSent = ({ key }) => held.some(({ name }) => name === `sogoc-gui:${key}`);
  const items = await readQueue();
  return items.map((item) => (item.state === SENDING && !isSent(item) ? { ...item, state: WAITING } : item));
}

async function show(page, who) {
  const items = await readItems();
  const mine = items.filter(({ account }) => account === who.account);
  const list = page.querySelector("[data-queue-list]");
  const old = addresses;
  addresses = [];
  list.replaceChildren(...mine.map((item) => card(item, addresses)));
  old.forEach((address) => URL.revokeObjectURL(address));
  const others = items.length - mine.length;
  const said = (name, text) => {
    const part = page.querySelector(`[data-queue-${name}]`);
    part.hidden = !text;
    if (text) part.querySelector("[data-text]").textContent = text;
  };
  said("others", others && say("Trong máy còn %(others)s việc của người khác chưa gửi. Người đó đăng nhập trên máy này thì máy tự gửi.", { others }));
  said("signin", (await readFact("needsSignIn")) && mine.length && say("Phiên làm việc đã hết. Hãy đăng nhập lại, máy sẽ gửi tiếp; không việc nào bị mất."));
  said("new", location.hash === "#moi" && mine.length && say("Đã giữ trong máy. Có mạng là máy tự gửi, không cần ghi lại."));
  page.querySelector("[data-queue-empty]").hidden = items.length > 0;
  page.querySelector("[data-queue-send]").hidden = !mine.some(({ state }) => state !== REFUSED);
  await showDone(page, who);
}

async function showDone(page, who) {
  const done = ((await readFact("done")) ?? []).filter(({ account }) => account === who.account).slice(0, 10);
  const part = page.querySelector("[data-queue-done]");
  part.hidden = !done.length;
  part.querySelector("ul").replaceChildren(
    ...done.map(({ title, at, href }) => {
      const [row, link] = [element("li"), element("a", "row")];
      const text = element("span", "row__text");
      text.append(element("b", "", title), element("span", "row__sub", say("Đã gửi lúc %(at)s", { at: format(at) })));
      link.href = href;
      link.append(text);
      row.append(link);
      return row;
    }),
  );
}

/** Fill the page with what waits here, and keep it up to date. */
export async function offer(page) {
  const who = whoIs(page);
  if (!who || !page.querySelector("[data-queue-list]")) return;
  let again = Promise.resolve();
  const refresh = () => (again = again.then(() => show(page, who)).catch(() => {}));
  onTold(refresh);
  const send = page.querySelector("[data-queue-send] button");
  send.addEventListener("click", async () => {
    send.setAttribute("aria-busy", "true");
    await syncQueue({ force: true }).catch(() => {});
    send.removeAttribute("aria-busy");
    await refresh();
  });
  await refresh();
}
