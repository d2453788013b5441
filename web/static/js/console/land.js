// Draw the outline of a plot: corners recorded where one stands, a walk around it, or taps on a plain map.
// Whatever is drawn stands in the form's box as text, which is all that is sent.
import { distance, formatPoint, frameOf, fromBoard, readPoints, roughArea, toBoard } from "./ground.js";
import { say } from "../words.js";

const MIN_STEP_M = 3;
const WORST_ACCURACY_M = 25;
const GRID_M = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const PRECISE = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const path = (points, frame) => toBoard(points, frame).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

// The form's box, the board beside it, and what was said about both.
class Outline {
  constructor(root) {
    this.root = root;
    const form = root.closest("form");
    [this.box, this.way] = [form.elements.outline, form.elements.way];
    this.board = root.querySelector("[data-land-board]");
    this.ground = root.dataset.ground.split("\n").filter(Boolean)
      .map((ring) => ring.split(",").map((pair) => pair.split(" ").map(Number)));
    [this.here, this.zoom, this.watching] = [null, 1, null];
  }

  get points() {
    return readPoints(this.box.value);
  }

  write(points, way) {
    this.box.value = points.map(formatPoint).join("\n");
    this.way.value = way;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  say(text) {
    this.root.querySelector("[data-land-said]").textContent = text;
  }

  frame() {
    const own = [...this.points, ...(this.here ? [this.here] : [])];
    return frameOf(own.length ? own : this.ground.flat(), this.zoom);
  }

  draw() {
    this.board.replaceChildren();
    const frame = this.frame();
    if (!frame) return;
    const metres = GRID_M.find((step) => step * frame.scale >= 90) ?? 2000;
    drawGrid(this.board, metres, metres * frame.scale);
    for (const ring of this.ground) {
      this.board.append(element("polygon", { class: "map__plot", points: path(ring, frame) }));
    }
    this.drawOwn(frame);
    if (this.points.length > 2 && this.watching === null) this.sayArea();
  }

  drawOwn(frame) {
    const own = this.points;
    if (own.length) this.board.append(element("polygon", { class: "map__plot map__plot--main", points: path(own, frame) }));
    for (const [cx, cy] of toBoard(own, frame)) this.board.append(element("circle", { class: "map__corner", cx, cy, r: 14 }));
    for (const [cx, cy] of toBoard(this.here ? [this.here] : [], frame)) {
      this.board.append(element("circle", { class: "map__here", cx, cy, r: 18 }));
    }
  }

  sayArea() {
    const area = Math.round(roughArea(this.points)).toLocaleString("vi-VN");
    this.say(say("%(points)s góc, rộng khoảng %(area)s m². Lưu xong sổ tính lại chính xác.", { points: this.points.length, area }));
  }

  // Where the telephone is now; metres it may be wrong by.
  stand({ coords }) {
    this.here = [coords.latitude, coords.longitude];
    return Math.round(coords.accuracy);
  }

  refuse(error) {
    this.say(error.code === 1
      ? say("Máy chưa cho phép lấy vị trí. Hãy cho phép, hoặc gõ các góc bên dưới.")
      : say("Chưa bắt được vị trí. Ra chỗ thoáng rồi thử lại, hoặc gõ các góc bên dưới."));
  }
}

function drawGrid(board, metres, step) {
  for (let at = 0; at <= 1000; at += step) {
    board.append(element("path", { class: "map__grid", d: `M${at} 0V1000M0 ${at}H1000` }));
  }
  const legend = element("text", { class: "map__said", x: 20, y: 975 });
  legend.textContent = say("Mỗi ô %(metres)s m", { metres });
  board.append(legend);
}

function recordCorner(outline) {
  outline.say(say("Đang lấy vị trí, đứng yên một chút…"));
  navigator.geolocation.getCurrentPosition((position) => {
    const metres = outline.stand(position);
    outline.write([...outline.points, outline.here], "walked");
    outline.say(say("Đã ghi góc %(points)s, sai số khoảng %(metres)s m. Đi tới góc tiếp theo.", { points: outline.points.length, metres }));
  }, (error) => outline.refuse(error), PRECISE);
}

function followStep(outline, position) {
  const metres = outline.stand(position);
  const last = outline.points.at(-1);
  if (metres <= WORST_ACCURACY_M && (!last || distance(last, outline.here) >= MIN_STEP_M)) {
    outline.write([...outline.points, outline.here], "walked");
  }
  outline.say(say("Đang ghi đường đi: %(points)s điểm, sai số khoảng %(metres)s m. Về chỗ cũ thì bấm Dừng.", { points: outline.points.length, metres }));
  outline.draw();
}

function toggleWalk(outline, button) {
  const isOver = outline.watching !== null;
  if (isOver) {
    navigator.geolocation.clearWatch(outline.watching);
    outline.watching = null;
  } else {
    const step = (position) => followStep(outline, position);
    outline.watching = navigator.geolocation.watchPosition(step, (error) => outline.refuse(error), PRECISE);
    outline.say(say("Đi một vòng sát bờ thửa, về chỗ cũ thì bấm Dừng."));
  }
  button.setAttribute("aria-pressed", String(!isOver));
  button.textContent = isOver ? say("Đi quanh thửa") : say("Dừng");
  outline.draw();
}

function tap(outline, { clientX, clientY }) {
  const frame = outline.frame();
  if (!frame) {
    outline.say(say("Chưa biết thửa ở đâu. Bấm Ghi góc này, hoặc gõ góc đầu tiên bên dưới, rồi chấm tiếp trên bản đồ."));
    return;
  }
  const size = outline.board.getBoundingClientRect();
  const side = Math.min(size.width, size.height);
  const x = ((clientX - size.left - (size.width - side) / 2) / side) * 1000;
  const y = ((clientY - size.top - (size.height - side) / 2) / side) * 1000;
  outline.write([...outline.points, fromBoard([x, y], frame)], "drawn");
}

function start(root) {
  const outline = new Outline(root);
  const on = (name, act) => {
    const button = root.querySelector(`[data-land-${name}]`);
    button.addEventListener("click", (event) => act(event, button));
  };
  const zoomBy = (factor) => () => {
    outline.zoom *= factor;
    outline.draw();
  };
  on("corner", () => recordCorner(outline));
  on("walk", (_, button) => toggleWalk(outline, button));
  on("board", (event) => tap(outline, event));
  on("undo", () => outline.write(outline.points.slice(0, -1), outline.way.value));
  on("closer", zoomBy(1.5));
  on("wider", zoomBy(1 / 1.5));
  outline.box.addEventListener("input", () => outline.draw());
  root.hidden = false;
  outline.draw();
}

document.querySelectorAll("[data-land]").forEach(start);
