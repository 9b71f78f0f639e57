// Everything by keyboard: shortcuts of the page, and moving a visit without a mouse.
import { addDays, addMinutes, minutesFrom, wallOf } from "./walls.js";

const SHORTEST = 5;
const SAY_AFTER = 300;
const STORE = "openchair-calendar-keys";

export function createKeys(app, acts) {
  const { words, toast, config } = app;
  const dialog = document.getElementById("keys");
  const letters = document.getElementById("keys-on");
  let mode = null;
  let timer = 0;

  letters.checked = localStorage.getItem(STORE) !== "off";
  letters.addEventListener("change", () => localStorage.setItem(STORE, letters.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (mode) {
      if (event.key === "Enter") event.stopPropagation(); // it drops the visit and does not open it
      return moving(event);
    }
    if (event.key === "Escape") return escape();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog.open) return;
    const visit = visitAt(event.target);
    if (event.key === "m" && visit) return begin(visit, event);
    const run = shortcuts[event.key];
    if (!run || (!letters.checked && event.key !== "?")) return;
    event.preventDefault();
    run();
  }, { capture: true });

  const shortcuts = {
    n: () => config.may.create && acts.new(),
    w: acts["walk-in"], b: acts.block, l: acts.waitlist,
    "/": () => document.getElementById("bar-search")?.focus(),
    t: () => app.go({ day: app.today() }),
    j: () => app.step(1), k: () => app.step(-1),
    1: () => app.go({ view: "day" }), 2: () => app.go({ view: "week" }), 3: () => app.go({ view: "list" }),
    "?": () => dialog.showModal(),
  };

  function isTyping(element) {
    return element.matches?.("input, textarea, select, [contenteditable]");
  }

  function escape() {
    if (toast.asks()) return toast.leave();
    acts.close();
  }

  function visitAt(element) {
    const id = element.closest?.(".ec-event")?.querySelector("[data-appointment]")?.dataset.appointment;
    return app.board?.visits.find((each) => each.appointment_id === id);
  }

  function begin(visit, event) {
    event.preventDefault();
    if (app.isAway()) return app.network.say();
    if (!visit.movable || app.state.view === "list") return toast.speak(words.say("notMovable"));
    app.changes.leave();
    mode = { visit, start: wallOf(visit.start), staffId: visit.staff_id, minutes: app.changes.lengthOf(visit), resized: false, moved: false };
    toast.speak(words.say("moving", { client: visit.client }));
    show();
  }

  function moving(event) {
    const step = event.altKey ? 5 : 15;
    const along = { ArrowUp: -step, ArrowDown: step }[event.key];
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Tab") return end();
    if (event.key === "Escape") return stop(event);
    if (event.key === "Enter") return drop(event);
    if (along === undefined && aside === undefined) return;
    event.preventDefault();
    if (event.shiftKey && along) {
      mode.minutes = Math.min(Math.max(SHORTEST, mode.minutes + along), minutesFrom(wallOf(mode.visit.start), midnightOf(mode)));
      mode.resized = true;
      reset(mode);
    } else if (along) mode.start = within(addMinutes(mode.start, along));
    else if (!event.shiftKey) sideways(aside);
    if (!event.shiftKey) {
      mode.minutes = app.changes.lengthOf(mode.visit);
      mode.resized = false;
    }
    show();
  }

  // A column ends at midnight; what went on would be nowhere.
  function within(start) {
    const first = `${mode.start.slice(0, 10)}T00:00`;
    const last = addMinutes(midnightOf(mode), -app.changes.lengthOf(mode.visit));
    return start < first ? first : start > last ? last : start;
  }

  function midnightOf({ start }) {
    return `${addDays(start.slice(0, 10), 1)}T00:00`;
  }

  // One change at a time: what is made longer stays where it is.
  function reset(changed) {
    changed.start = wallOf(changed.visit.start);
    changed.staffId = changed.visit.staff_id;
  }

  function sideways(by) {
    if (app.state.view === "week") {
      const start = `${addDays(mode.start.slice(0, 10), by)}${mode.start.slice(10)}`;
      const [first, last] = app.span();
      if (start.slice(0, 10) >= first && start.slice(0, 10) <= last) mode.start = start;
      return;
    }
    const staff = app.columns();
    const found = staff.findIndex((each) => each.id === mode.staffId) + by;
    if (staff[found]) mode.staffId = staff[found].id;
    app.showColumn(mode.staffId);
  }

  function place() {
    const { visit, start, staffId, minutes, resized } = mode;
    return { visit, start, staffId, ...(resized ? { minutes } : {}) };
  }

  function show() {
    const where = place();
    app.moved = where;
    app.draw();
    app.changes.showTicket(where, null);
    standBeside(mode.visit.appointment_id);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const found = await app.changes.look(where);
      if (!mode || !found) return;
      const { clashes } = found;
      app.changes.showTicket(where, clashes);
      const told = clashes.length ? clashes.map((each) => each.words).join(" ") : words.say("fits");
      const end = addMinutes(where.start, mode.minutes);
      toast.speak(`${words.say("place", { when: words.span(where.start, end), name: app.nameOf(where.staffId) })}. ${told}`);
    }, SAY_AFTER);
  }

  function standBeside(id) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const element = app.grid.element(id);
      const ticket = document.getElementById("ticket");
      if (!element || ticket.hidden) return;
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
      const box = element.getBoundingClientRect();
      const right = box.right + 12 + ticket.offsetWidth < innerWidth;
      const x = right ? box.right + 12 : Math.max(8, box.left - 12 - ticket.offsetWidth);
      ticket.style.transform = `translate(${x}px, ${Math.max(8, Math.min(box.top, innerHeight - ticket.offsetHeight - 12))}px)`;
    }));
  }

  function drop(event) {
    event.preventDefault();
    const where = place();
    end();
    app.changes.carryOut(where, { byKeyboard: true });
  }

  function stop(event) {
    event.preventDefault();
    const { visit } = mode;
    end();
    app.moved = null;
    app.draw();
    toast.speak(words.say("stays", { client: visit.client }));
    requestAnimationFrame(() => app.grid.focus(visit.appointment_id));
  }

  function end() {
    clearTimeout(timer);
    mode = null;
    app.changes.hideTicket();
  }

  return { isMoving: () => mode !== null };
}
