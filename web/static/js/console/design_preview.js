// The picture of a stamp design while it is being written. The server draws it, as it would print it;
// without this script the button “Xem thử” does the same by sending the form.
import { say } from "../words.js";

const QUIET_MS = 600;

function tell(panel, sentences) {
  const list = panel.querySelector("[data-preview-said]");
  list.replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }),
  );
  list.hidden = sentences.length === 0;
}

function show(panel, blob) {
  const picture = panel.querySelector("[data-preview-picture]");
  if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(blob);
  panel.querySelector("[data-preview-paper]").hidden = false;
}

async function draw(panel, form, signal) {
  const answer = await fetch(panel.dataset.designPreview, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "image/png, application/json" },
    signal,
  });
  if (answer.ok && answer.headers.get("Content-Type") === "image/png") {
    show(panel, await answer.blob());
    return [];
  }
  if (!answer.headers.get("Content-Type")?.includes("json")) return [say("Chưa vẽ được hình. Hãy bấm “Xem thử”.")];
  const said = await answer.json();
  return said.sentences ?? [said.detail];
}

function offerPreview(panel) {
  const form = panel.closest("form");
  let running = new AbortController();
  let waiting = 0;
  const refresh = async () => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    panel.setAttribute("aria-busy", "true");
    const sentences = await draw(panel, form, signal).catch(() => [say("Mất mạng nên chưa vẽ được hình.")]);
    if (signal.aborted) return; // something newer was typed
    tell(panel, sentences);
    panel.classList.toggle("preview--old", sentences.length > 0);
    panel.removeAttribute("aria-busy");
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, QUIET_MS);
  });
  addEventListener("pagehide", () => clearTimeout(waiting));
  refresh();
}

for (const panel of document.querySelectorAll("[data-design-preview]")) offerPreview(panel);
