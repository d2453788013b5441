// Photos: shown before they are sent, and made small on the telephone, for signal in a field is poor.
import { say } from "../words.js";

const LONGEST_SIDE_PX = 1600;
const SMALL_ENOUGH_BYTES = 600_000;

export async function shrink(file) {
  if (file.size <= SMALL_ENOUGH_BYTES) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], "anh.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

async function takeIn(input) {
  const files = await Promise.all([...input.files].map(shrink));
  const held = new DataTransfer();
  files.forEach((file) => held.items.add(file));
  input.files = held.files;
  return files;
}

function show(images, files, shown) {
  for (const image of images.splice(0)) image.remove();
  for (const file of files) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src); // not before: it may still be read
    image.alt = say("Ảnh sắp gửi");
    images.push(image);
  }
  shown.append(...images);
}

export function offer(page) {
  for (const box of page.querySelectorAll("[data-photos]")) {
    const shown = box.querySelector("[data-previews]");
    for (const input of box.querySelectorAll("[type=file]")) {
      const images = [];
      input.addEventListener("change", async () => show(images, await takeIn(input), shown));
    }
  }
}
