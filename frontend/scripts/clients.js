// The list of clients answers while somebody types: the page fetches itself and shows its list anew.
const form = document.querySelector("[data-find]");
const input = form?.querySelector("input[type=search]");
const list = form && document.getElementById(form.dataset.find);
const PAUSE = 120;
let timer;
let running;
let shown = input?.value.trim();

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  show();
});
input?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});

async function show() {
  const asked = input.value.trim();
  if (asked === shown) return;
  running?.abort();
  running = new AbortController();
  const address = new URL(form.action);
  if (asked) address.searchParams.set("q", asked);
  try {
    const answer = await fetch(address, { signal: running.signal });
    if (answer.redirected || !answer.ok) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.getElementById(list.id).childNodes);
    shown = asked;
    history.replaceState(null, "", address);
  } catch (problem) {
    if (problem.name !== "AbortError") location.assign(address);
  }
}
