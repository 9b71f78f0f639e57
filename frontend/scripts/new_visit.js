// The form of a new visit finds its client while somebody types; without this the button does it.
const field = document.querySelector("[data-find]");
const input = field?.querySelector("input");
const list = document.getElementById("matches");

const PAUSE = 150;
let timer;
let running;

input?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
input?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // the form itself would book
  find();
});

async function find() {
  const asked = input.value.trim();
  running?.abort();
  if (!asked) return list.replaceChildren();
  running = new AbortController();
  const address = new URL(field.dataset.find, location.href);
  address.searchParams.set("q", asked);
  try {
    const answer = await fetch(address, { signal: running.signal });
    if (answer.redirected || !answer.ok) return;
    show((await answer.json()).clients);
  } catch (problem) {
    if (problem.name !== "AbortError") list.replaceChildren();
  }
}

function show(clients) {
  const line = document.createElement("p");
  if (clients.length) {
    line.className = "chips";
    line.append(...clients.map(choice));
  } else {
    line.className = "soft";
    line.textContent = field.dataset.none;
  }
  list.replaceChildren(line);
}

function choice(client) {
  const button = document.createElement("button");
  button.className = "chip";
  button.name = "choose";
  button.value = client.id;
  button.append(client.name);
  const contact = client.phone || client.email;
  if (contact) {
    const soft = document.createElement("span");
    soft.className = "soft";
    soft.textContent = contact;
    button.append(" ", soft);
  }
  return button;
}
