// Lets a visitor agree that the speed of pages is measured in this browser: a switch in the footer,
// off until it is pressed, remembered here alone. A browser that asks for privacy (Global Privacy
// Control) is not even asked. What is sent names no one and no address (scripts/vitals.js).
const KEY = "openchair.measure";

export function offerMeasuring() {
  const place = document.querySelector("[data-measure]");
  if (!place || place.dataset.offered || navigator.globalPrivacyControl) return;
  place.dataset.offered = "";
  const button = place.querySelector("button");
  place.hidden = false;
  show(button);
  button.addEventListener("click", () => {
    remember(!agreed());
    show(button);
    if (agreed()) begin(place.dataset.measure);
  });
  if (agreed()) begin(place.dataset.measure);
}

export function agreed() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false; // storage is forbidden here: nothing can be agreed to
  }
}

function remember(yes) {
  try {
    if (yes) localStorage.setItem(KEY, "yes");
    else localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

function show(button) {
  button.setAttribute("aria-checked", String(agreed()));
}

async function begin(script) {
  const { measure } = await import(script);
  measure({ agreed });
}
