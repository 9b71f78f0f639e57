// Dates and filters: the month at the left, on a phone one week and one stylist at a time.
import { make, sign } from "./paint.js";
import { addDays, addMonths, monthOf, wallOf, weekOf } from "./walls.js";

const WEEKS = 6;
const SWIPE = 56;

export function createSide(app) {
  const { words, config, state } = app;
  const month = document.getElementById("month");
  const week = document.getElementById("week");
  const filter = document.getElementById("filter");
  const who = document.getElementById("who");
  const things = document.getElementById("things");
  let shownMonth = "";
  let followed = "";

  document.getElementById("month-before").addEventListener("click", () => turn(-1));
  document.getElementById("month-after").addEventListener("click", () => turn(1));

  function turn(by) {
    shownMonth = addMonths(shownMonth, by);
    drawMonth();
  }

  function draw() {
    if (followed !== state.day) shownMonth = monthOf(state.day);
    followed = state.day;
    drawMonth();
    drawWeek();
    drawFilter();
    drawWho();
    drawThings();
  }

  function drawMonth() {
    const name = document.getElementById("month-name");
    name.textContent = words.large(words.month(shownMonth));
    const first = weekOf(shownMonth, config.firstDay);
    const days = Array.from({ length: WEEKS * 7 }, (_, number) => addDays(first, number));
    month.replaceChildren(...heads(first), ...days.map((day) => dayButton(day, monthOf(day) !== shownMonth)));
  }

  function heads(first) {
    return Array.from({ length: 7 }, (_, number) =>
      make("span", { class: "cal-weekday", text: words.weekdayShort(addDays(first, number)), "aria-hidden": "true" }));
  }

  function dayButton(day, faint) {
    const [first, last] = app.span();
    const made = make("button", {
      type: "button",
      class: `cal-day${faint ? " is-faint" : ""}${day === app.today() ? " is-today" : ""}${day >= first && day <= last ? " is-shown" : ""}`,
      "aria-current": day === state.day ? "date" : undefined,
    }, make("span", { text: String(Number(day.slice(8))), "aria-hidden": "true" }), make("span", { class: "heard", text: words.full(day) }));
    made.addEventListener("click", () => app.go({ day }));
    return made;
  }

  function drawWeek() {
    const first = weekOf(state.day, config.firstDay);
    week.replaceChildren(...heads(first), ...Array.from({ length: 7 }, (_, number) => dayButton(addDays(first, number), false)));
  }

  function drawFilter() {
    const { stylists } = app.board;
    if (state.view === "week") return filter.replaceChildren(...stylists.map((each) => row(each, each.id === app.single())));
    const all = row({ id: "", name: words.say("everybody"), initials: "", colour: "" }, stylists.every((each) => app.shown().has(each.id)));
    filter.replaceChildren(...(stylists.length > 1 ? [all] : []), ...stylists.map((each) => row(each, app.shown().has(each.id))));
  }

  function row(stylist, checked) {
    const one = state.view === "week";
    const box = make("input", { type: one ? "radio" : "checkbox", name: "stylist", checked });
    box.addEventListener("change", () => (one ? app.showColumn(stylist.id) : app.showStylist(stylist.id, box.checked)));
    const avatar = make("span", { class: "cal-avatar", text: stylist.initials, "aria-hidden": "true" });
    if (stylist.colour) avatar.style.setProperty("--c", stylist.colour);
    const label = make("label", { class: "cal-tick" }, box, stylist.id ? avatar : null, make("span", { text: stylist.name }));
    if (one || !stylist.id || app.board.stylists.length < 3) return make("li", {}, label);
    const told = words.say("only", { name: stylist.name });
    const only = make("button", { type: "button", class: "cal-only", title: told }, make("span", { class: "heard", text: told }), sign("user"));
    only.addEventListener("click", () => app.showOnly(stylist.id));
    return make("li", {}, label, only);
  }

  function drawWho() {
    const { stylists } = app.board;
    const chosen = app.single();
    who.replaceChildren(...stylists.map((each) => {
      const made = make("button", { type: "button", "aria-pressed": String(each.id === chosen), text: each.name });
      made.addEventListener("click", () => app.showColumn(each.id));
      return made;
    }));
    const pressed = who.querySelector("[aria-pressed=true]");
    if (pressed) who.scrollLeft = pressed.offsetLeft - (who.clientWidth - pressed.offsetWidth) / 2;
  }

  // Rooms and devices have no column; what is blocked of them stands here.
  function drawThings() {
    const blocked = app.board.blocks.filter((each) => each.resource_id && !each.staff_id);
    things.parentElement.hidden = blocked.length === 0;
    things.replaceChildren(...blocked.map((block) => {
      const made = make("button", { type: "button", class: "cal-link" }, sign("ban"), make("span", { text: `${block.name}, ${words.span(wallOf(block.start), wallOf(block.end))}` }));
      made.addEventListener("click", () => app.blocks.open(block));
      return make("li", {}, made);
    }));
  }

  // A finger that goes sideways turns to the next stylist, over the dates to the next week; one
  // that rests drags.
  function swipe(board) {
    onSwipe(board, (by) => !app.dragging && app.isPhone() && state.view === "day" && turnColumn(by));
    onSwipe(week, (by) => app.go({ day: addDays(state.day, 7 * by) }));
  }

  function onSwipe(place, turn) {
    let from = null;
    place.addEventListener("touchstart", ({ touches }) => (from = touches.length === 1 ? touches[0] : null), { passive: true });
    place.addEventListener("touchend", ({ changedTouches }) => {
      if (!from) return;
      const [x, y] = [changedTouches[0].clientX - from.clientX, changedTouches[0].clientY - from.clientY];
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? 1 : -1);
    }, { passive: true });
  }

  function turnColumn(by) {
    const { stylists } = app.board;
    const found = stylists[stylists.findIndex((each) => each.id === app.single()) + by];
    if (found) app.showColumn(found.id);
  }

  return { draw, swipe };
}
