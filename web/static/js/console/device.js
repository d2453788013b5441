// “Đăng ký máy này”: the phone makes its key, signs its own request, and shows the code that the manager compares.
import { canKeep } from "./store.js";
import { canSign, fingerprint, makeDevice, makeRequest, readDevice, setDeviceState } from "./sign.js";
import { whoIs } from "./queue.js";
import { say } from "../words.js";

const SAID = {
  none: say("Máy này chưa đăng ký. Việc ghi trên máy vẫn được nhận, chỉ không kèm chữ ký của máy."),
  unknown: say("Máy này đã có khóa nhưng chưa gửi yêu cầu. Hãy bấm đăng ký."),
  waiting: say("Đang chờ người quản lý duyệt. Đọc mã dưới đây cho người quản lý so; đúng từng chữ thì mới duyệt."),
  valid: say("Máy này đã được duyệt: mọi việc ghi trên máy đều mang chữ ký của máy, ai xem tem cũng kiểm tra được."),
  refused: say("Người quản lý chưa duyệt máy này. Hãy hỏi lại rồi bấm đăng ký lần nữa."),
  ended: say("Chữ ký của máy này đã bị ngừng. Muốn dùng tiếp, hãy đăng ký lại."),
};
const MAY_ASK = new Set(["none", "unknown", "refused", "ended"]);

async function ownState(panel, device) {
  const address = `${panel.dataset.state}?may=${encodeURIComponent(device.line)}`;
  try {
    const response = await fetch(address, { cache: "no-store", headers: { Accept: "application/json" } });
    const { device: state } = await response.json();
    if (!state) return device.state;
    await setDeviceState(state);
    return state;
  } catch {
    return device.state; // no network: what was known last
  }
}

async function show(panel, organisation) {
  const device = await readDevice();
  const own = device?.organisation === organisation ? device : undefined;
  const state = own ? await ownState(panel, own) : "none";
  panel.querySelector("[data-device-said]").textContent = SAID[state];
  panel.querySelector("[data-device-form]").hidden = !MAY_ASK.has(state);
  const code = panel.querySelector("[data-device-code]");
  code.hidden = !own || state === "valid" || state === "ended";
  if (own) code.textContent = await fingerprint(own);
  panel.dataset.is = state;
  return state;
}

export async function offer(page) {
  const panel = page.querySelector("[data-device]");
  const who = whoIs(page);
  if (!panel || !who) return;
  const said = panel.querySelector("[data-device-said]");
  if (!(await canKeep())) {
    said.textContent = say("Trình duyệt này không giữ được khóa (đang mở ẩn danh, hoặc địa chỉ không phải https). Việc ghi vẫn được nhận, không kèm chữ ký máy.");
    return;
  }
  if (!(await canSign())) {
    said.textContent = say("Trình duyệt này chưa biết ký. Việc ghi vẫn được nhận, không kèm chữ ký máy. Cập nhật Chrome lên bản mới thì đăng ký được.");
    return;
  }
  await show(panel, who.organisation);
  const form = panel.querySelector("[data-device-form]");
  form.addEventListener("submit", async (event) => {
    if (form.elements.note.value) return;
    event.preventDefault();
    delete form.dataset.sent;
    const known = await readDevice();
    const isUsable = known?.organisation === who.organisation && known.state === "unknown";
    const device = isUsable ? known : await makeDevice(panel.dataset.origin, who.organisation);
    form.elements.note.value = await makeRequest(device);
    form.requestSubmit();
  });
}
