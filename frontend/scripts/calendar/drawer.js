// The drawer at the right: the chosen visit, a blocked time, the walk-in, the waitlist. One at a time.
import { make, sign } from "./paint.js";

const ICONS = { arrived: "check", in_chair: "armchair", done: "check", paid: "wallet", no_show: "x", undo: "rotate-ccw" };
const NAMES = { done: "done_", undo: "undoStatus" };
const ORDER = ["arrived", "in_chair", "done", "paid", "no_show", "undo"];

export function createDrawer(app) {
  const { words, server, toast } = app;
  const place = document.getElementById("drawer");
  const name = document.getElementById("drawer-name");
  const body = document.getElementById("drawer-body");
  let opener = null;
  let shown = null;

  document.getElementById("drawer-close").addEventListener("click", close);

  function open({ key, title, nodes }) {
    if (place.hidden) opener = document.activeElement;
    shown = key;
    name.textContent = title;
    body.replaceChildren(...nodes);
    place.hidden = false;
    app.root.classList.add("has-drawer");
  }

  function close() {
    if (place.hidden) return false;
    const held = place.contains(document.activeElement);
    place.hidden = true;
    shown = null;
    body.replaceChildren();
    app.root.classList.remove("has-drawer");
    app.choose(null);
    if (held && opener?.isConnected) opener.focus();
    return true;
  }

  // A page of the salon's own as a fragment; its forms are sent from here, and it is read again.
  async function read({ key, title, path, focus = true, again = false }) {
    if (app.isAway()) return app.network.say();
    try {
      const html = await server.fragment(path);
      const read = new DOMParser().parseFromString(html, "text/html");
      open({ key, title, nodes: [...read.body.childNodes].map((node) => document.importNode(node, true)) });
      place.dataset.path = path;
      complete();
      if (focus) place.focus({ preventScroll: true });
    } catch (problem) {
      if (again && !problem.status) app.load({ quiet: true }); // whether the house is there, the board knows
      else toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
    }
  }

  async function again({ force = false } = {}) {
    if (!shown?.includes(":")) return;
    if (!force && place.contains(document.activeElement?.closest("input, textarea, select"))) return;
    await read({ key: shown, title: name.textContent, path: place.dataset.path, focus: false, again: true });
  }

  // The board knows what this person may do with the visit now; the next step is the large button.
  function complete() {
    const card = body.querySelector(".cal-card");
    const visit = app.board?.visits.find((each) => each.booking_id === card?.dataset.visit);
    if (!visit) return;
    name.textContent = visit.client;
    const found = ORDER.filter((act) => visit.may.includes(act));
    const change = visit.movable && make("a", { class: "button button-small", href: `${visit.url}/change`, text: words.say("change") });
    const cancel = visit.may.includes("cancel") && make("a", { class: "button button-small", href: `${visit.url}/cancel?${new URLSearchParams({ back: location.pathname + location.search })}`, text: words.say("cancel") });
    card.querySelector("[data-acts]").replaceChildren(...found.map((act, number) => statusButton(visit, act, number === 0 && act !== "undo")), ...[change, cancel].filter(Boolean));
    const state = make("span", { class: `badge badge-${visit.status}`, text: visit.status_words });
    const badges = visit.badges.filter(({ kind }) => kind !== "note").map((each) => make("span", { class: `badge is-${each.kind}`, text: each.words }));
    card.querySelector("[data-badges]").replaceChildren(state, ...badges);
  }

  function statusButton(visit, act, main) {
    const made = make("button", { type: "button", class: `button ${main ? "button-main" : "button-small"}` }, sign(ICONS[act]), make("span", { text: words.say(NAMES[act] ?? act) }));
    made.addEventListener("click", async () => {
      made.disabled = true;
      await setStatus(visit.booking_id, act === "undo" ? "confirmed" : act);
      await again({ force: true });
      place.focus({ preventScroll: true });
    });
    return made;
  }

  function setStatus(visit, status) {
    return app.attempt(async () => {
      const done = await server.send(`/visits/${visit}/status`, { status });
      const undo = done.undo && (() => app.attempt(() => server.send(`/visits/${visit}/undo`, { change_id: done.undo.change_id, tell: "no" })).then(() => again({ force: true })));
      return { sentence: done.sentence, undo };
    });
  }

  function visit({ booking_id, appointment_id, client }, { focus }) {
    app.choose(appointment_id);
    return read({ key: `visit:${booking_id}`, title: client, path: `/calendar/visits/${booking_id}/drawer`, focus });
  }

  function block(block) {
    app.choose(null);
    const remove = make("button", { type: "button", class: "button", text: words.say("unblock") });
    remove.addEventListener("click", async () => {
      close();
      await app.attempt(() => app.blocks.remove(block));
    });
    const facts = make("div", { class: "cal-facts" },
      make("p", { class: "strong", text: block.when }),
      make("p", { text: block.name }),
      block.reason && make("p", { class: "soft", text: block.reason }),
      block.removable && make("p", {}, remove));
    open({ key: "block", title: words.say("blockedTime"), nodes: [facts] });
    place.focus({ preventScroll: true });
  }

  return { open, close, visit, block, read, again, place, isOpen: (key) => shown === key };
}
