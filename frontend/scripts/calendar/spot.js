// What can be done with a free time that was clicked, or with a stretch that was drawn.
import { make, sign } from "./paint.js";
import { addMinutes, instantOf, minutesFrom, wallOf } from "./walls.js";

const ROUND_TO = 15;
const HALF_AN_HOUR = 30;

export function createSpot(app, acts) {
  const { words, config, server } = app;
  const place = document.getElementById("spot");
  const name = document.getElementById("spot-name");
  const about = document.getElementById("spot-about");
  const buttons = document.getElementById("spot-acts");

  document.addEventListener("pointerdown", ({ target }) => {
    if (!place.hidden && !place.contains(target)) close();
  }, { capture: true });

  function at({ wall, staffId, at: pointer }) {
    const start = addMinutes(wall, -(Number(wall.slice(14, 16)) % ROUND_TO));
    open({ start, end: addMinutes(start, app.slotMinutes ?? HALF_AN_HOUR), staffId, pointer, drawn: false });
  }

  function along({ start, end, staffId, at: pointer }) {
    open({ start, end, staffId, pointer, drawn: true });
  }

  function open({ start, end, staffId, pointer, drawn }) {
    const who = staffId ?? app.onlyStylist();
    const day = app.state.view === "day" ? "" : `${words.long(start)}, `;
    name.textContent = [`${day}${drawn ? words.span(start, end) : words.time(start)}`, who && app.nameOf(who)].filter(Boolean).join(" · ");
    const resting = app.board.visits.some((visit) => visit.staff_id === who && visit.segments.some(([from, until, kind]) => kind === "processing" && wallOf(from) <= start && start < wallOf(until)));
    about.hidden = !resting;
    about.textContent = resting ? words.say("processing", { name: app.nameOf(who) }) : "";
    buttons.replaceChildren(...offered({ start, end, who, drawn }));
    place.hidden = false;
    const box = place.getBoundingClientRect();
    const x = Math.min(Math.max(8, pointer.clientX + 8), innerWidth - box.width - 8);
    const y = Math.min(Math.max(8, pointer.clientY + 8), innerHeight - box.height - 8);
    place.style.transform = `translate(${x}px, ${y}px)`;
    buttons.querySelector("a, button, input")?.focus({ preventScroll: true });
  }

  function* offered({ start, end, who, drawn }) {
    const block = () => blockForm({ start, end, who });
    if (drawn && who && config.may.block) yield block();
    if (config.may.create) {
      const address = server.page("/new", { date: start.slice(0, 10), time: start.slice(11), ...(who ? { staff: who } : {}) });
      yield make("a", { class: `button${drawn ? "" : " button-main"}`, href: address }, sign("plus"), make("span", { text: words.say("newAt", { when: words.time(start) }) }));
      if (Math.abs(minutesFrom(app.now(), start)) <= HALF_AN_HOUR) yield button("footprints", words.say("walkInHere"), () => acts["walk-in"](who));
    }
    if (!drawn && who && config.may.block) {
      yield button("ban", words.say("blockFrom", { from: words.time(start), to: words.time(end) }), (event) => {
        event.currentTarget.replaceWith(block());
        buttons.querySelector("input")?.focus();
      });
    }
  }

  function button(icon, text, run) {
    const made = make("button", { type: "button", class: "button" }, sign(icon), make("span", { text }));
    made.addEventListener("click", (event) => {
      if (icon !== "ban") close();
      run(event);
    });
    return made;
  }

  function blockForm({ start, end, who }) {
    const form = document.getElementById("spot-block").content.firstElementChild.cloneNode(true);
    form.querySelector("[data-span]").textContent = words.span(start, end);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const reason = form.elements.reason.value.trim();
      close();
      await app.attempt(() => app.blocks.add({ staff_id: who, start: instantOf(start, config.zone), end: instantOf(end, config.zone), reason }));
    });
    return form;
  }

  function close() {
    if (place.hidden) return false;
    place.hidden = true;
    app.grid.unselect();
    return true;
  }

  return { at, along, close };
}
