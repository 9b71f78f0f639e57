// What the minutes of a service come to, said by the server a moment after the last key, and the
// picture that was chosen before it is sent.
import { request } from "../shared/request.js";

const PAUSE = 250;

export function previewMinutes(form) {
  const place = form.querySelector("[data-preview]");
  if (!place) return;
  const fields = [...form.querySelectorAll("[data-minutes]")];
  let timer = 0;
  let number = 0;

  async function ask() {
    const mine = ++number;
    const query = new URLSearchParams(fields.map((field) => [field.name, field.value.trim()]));
    try {
      const answer = await request(`${place.dataset.preview}?${query}`);
      const words = answer.ok ? await answer.text() : "";
      if (mine === number && words) place.innerHTML = words;
    } catch {
      return; // away from the network: what stands there stays until the next key
    }
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
  }
}

export function previewPicture(form) {
  const shown = form.querySelector("[data-shown]");
  const none = form.querySelector("[data-none]");
  let address = "";
  form.elements.picture.addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (!file) return;
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(file);
    shown.src = address;
    shown.hidden = false;
    if (none) none.hidden = true;
  });
}
