// Follows links marked `data-swap` without a full load: fetches the page, swaps its body, moves the
// focus to where the link's fragment points. Anything unexpected falls back to an ordinary visit.
import { request } from "../shared/request.js";

let enhanceAgain = () => {};

export function swapPages({ afterSwap }) {
  enhanceAgain = afterSwap;
  history.replaceState({ swapped: true }, "");
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  addEventListener("popstate", (event) => {
    if (event.state?.swapped) visit(location.href, { push: false });
  });
}

function onClick(event) {
  const link = event.target.closest("a[data-swap]");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented) return;
  event.preventDefault();
  visit(link.href, { push: true });
}

// One submission is enough: a second tap on the same form waits for the first.
function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
}

async function visit(url, { push }) {
  document.documentElement.setAttribute("data-busy", "");
  try {
    const response = await request(url, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) return location.assign(url);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (push) history.pushState({ swapped: true }, "", url);
    show(page, new URL(url).hash.slice(1));
  } catch {
    location.assign(url);
  } finally {
    document.documentElement.removeAttribute("data-busy");
  }
}

function show(page, target) {
  const strip = document.querySelector("[data-keep-scroll]")?.scrollLeft;
  for (const selector of ["header.top", "main", "[data-after]"]) {
    const fresh = page.querySelector(selector);
    if (fresh) document.querySelector(selector)?.replaceWith(fresh);
  }
  document.title = page.title;
  const kept = document.querySelector("[data-keep-scroll]");
  if (kept && strip !== undefined) kept.scrollLeft = strip;
  enhanceAgain();
  const place = target ? document.getElementById(target) : null;
  (place ?? document.querySelector("main h1") ?? document.querySelector("main")).focus({ preventScroll: Boolean(place?.dataset.still) });
}
