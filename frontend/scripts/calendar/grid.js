// The grid itself: hands the board to the calendar's component, and what people do there to the page.
import { createCalendar, Interaction, List, ResourceTimeGrid, TimeGrid } from "@event-calendar/core";
import { createPainter, make, placeOf } from "./paint.js";
import { entriesOf, hoursOf } from "./parts.js";
import { fitRests, lookAfterRests } from "./rest.js";
import { minutesFrom, offsetOf, wallOfDate } from "./walls.js";

const VIEWS = { day: "resourceTimeGridDay", week: "timeGridWeek", list: "listWeek" };
const SLOT_MINUTES = 15;
const SLOT_PIXELS = { desk: 19, phone: 21 };
const LONG_PRESS = 380;

export function createGrid(app, { onOpen, onSpot, onSpan, onConsider, onDragStart, onDrop, onResize, onDragStop }) {
  const { words, config, state } = app;
  const target = document.getElementById("board");
  const selectable = config.may.block || config.may.create;
  let scrolled = "";
  const grid = createCalendar(target, [ResourceTimeGrid, TimeGrid, List, Interaction], {
    view: VIEWS[state.view],
    date: state.day,
    locale: config.locale,
    firstDay: config.firstDay,
    height: "100%",
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    nowIndicator: true,
    slotDuration: { minutes: SLOT_MINUTES },
    snapDuration: { minutes: 5 },
    slotLabelInterval: { minutes: 60 },
    slotHeight: app.isPhone() ? SLOT_PIXELS.phone : SLOT_PIXELS.desk,
    slotEventOverlap: false,
    slotLabelFormat: (time) => words.hour(wallOfDate(time)),
    dayHeaderFormat: (date) => words.head(wallOfDate(date)),
    listDayFormat: (date) => words.large(words.long(wallOfDate(date))),
    listDaySideFormat: (date) => (wallOfDate(date).slice(0, 10) === app.today() ? words.say("todayWords") : ""),
    noEventsContent: () => ({ domNodes: [make("p", { class: "strong", text: words.say("empty") }), make("p", { class: "soft", text: words.say("emptyHint") })] }),
    resourceLabelContent: ({ resource }) => ({ domNodes: labelOf(resource) }),
    eventContent: createPainter(words, app.nameOf),
    eventStartEditable: config.may.move,
    eventDurationEditable: config.may.move,
    longPressDelay: LONG_PRESS,
    selectable,
    pointer: false,
    eventClick: ({ event, jsEvent }) => onOpen(event.extendedProps, jsEvent),
    dateClick: ({ date, resource, jsEvent, allDay }) => !allDay && onSpot({ wall: wallOfDate(date), staffId: resource?.id, at: jsEvent }),
    select: ({ start, end, resource, jsEvent }) => onSpan({ start: wallOfDate(start), end: wallOfDate(end), staffId: resource?.id, at: jsEvent }),
    eventDragStart: () => onDragStart(),
    eventResizeStart: () => onDragStart(),
    eventDragStop: () => onDragStop(),
    eventResizeStop: () => onDragStop(),
    dragConstraint: ({ event }) => onConsider(placeOf(event)),
    resizeConstraint: ({ event }) => onConsider({ ...placeOf(event), minutes: lengthOf(event) }),
    eventDrop: ({ event }) => onDrop(placeOf(event)),
    eventResize: ({ event }) => onResize({ ...placeOf(event), minutes: lengthOf(event) }),
  });

  lookAfterRests(target);

  function lengthOf(event) {
    return minutesFrom(placeOf(event).start, wallOfDate(event.end));
  }

  function labelOf(resource) {
    const stylist = app.stylist(resource.id);
    if (!stylist) return [];
    const count = app.board.visits.filter((each) => each.staff_id === resource.id && each.status !== "cancelled").length;
    const avatar = make("span", { class: "cal-avatar", "aria-hidden": "true", text: stylist.initials });
    if (stylist.colour) avatar.style.setProperty("--c", stylist.colour);
    return [avatar, make("span", { class: "cal-stylist", text: resource.title }), make("span", { class: "cal-count soft", text: String(count), "aria-hidden": "true" })];
  }

  function draw() {
    const { board } = app;
    if (!board) return;
    const shown = app.shown();
    const hours = hoursOf(board, { shown, moved: app.moved });
    const focused = document.activeElement?.closest?.(".ec-event")?.querySelector("[data-appointment]")?.dataset.appointment;
    grid.setOption("timeZone", offsetOf(board.now));
    grid.setOption("slotMinTime", hours[0]);
    grid.setOption("slotMaxTime", hours[1]);
    if (grid.getOption("view") !== VIEWS[state.view]) grid.setOption("view", VIEWS[state.view]);
    grid.setOption("date", state.day);
    grid.setOption("selectable", selectable && !app.isAway());
    grid.setOption("resources", board.stylists.filter((each) => shown.has(each.id)).map(({ id, name }) => ({ id, title: name })));
    grid.setOption("events", entriesOf(board, { shown, list: state.view === "list", moved: app.moved, fixed: app.isAway() }));
    if (focused) focus(focused, { unlessElsewhere: true }); // whoever stood on a visit stays there
    requestAnimationFrame(() => {
      tidy();
      fitRests(target);
      app.choose(state.chosen);
      scrollOnce(hours[0]);
    });
  }

  // The component calls itself a table without rows; what is in it are buttons, named by their words.
  function tidy() {
    for (const each of target.querySelectorAll(".ec [role=row], .ec [role=rowgroup], .ec [role=columnheader], .ec [role=cell], .ec[role=table], .ec[role=list], .ec [role=listitem]")) {
      each.removeAttribute("role");
      each.removeAttribute("aria-colindex");
      each.removeAttribute("aria-colspan");
    }
    target.querySelector(".ec-main")?.setAttribute("tabindex", "0");
  }

  function scrollOnce(first) {
    const key = `${state.day} ${state.view}`;
    const main = target.querySelector(".ec-main");
    if (!main || scrolled === key) return;
    scrolled = key;
    if (state.view === "list") {
      const day = target.querySelector(`.ec-day-head time[datetime="${state.day}"]`)?.closest(".ec-day");
      main.scrollTop = day ? day.offsetTop - main.offsetTop : 0;
      return;
    }
    const now = app.now();
    const minute = now.slice(0, 10) === state.day ? minutesFrom(`${state.day}T${first}`, now) : 0;
    const slot = app.isPhone() ? SLOT_PIXELS.phone : SLOT_PIXELS.desk;
    main.scrollTop = Math.max(0, (minute / SLOT_MINUTES) * slot - main.clientHeight / 3);
  }

  function element(appointmentId) {
    return target.querySelector(`.ec-event:not(.ec-preview) [data-appointment="${CSS.escape(appointmentId)}"]`)?.closest(".ec-event");
  }

  // The component draws in the next microtask, and where hours or columns change a little later.
  function focus(appointmentId, { unlessElsewhere = false } = {}) {
    const stand = () => {
      const found = element(appointmentId);
      const at = document.activeElement;
      if (!found || at === found || (unlessElsewhere && at !== document.body)) return;
      found.focus({ preventScroll: true });
      if (!unlessElsewhere) found.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    Promise.resolve().then(stand);
    requestAnimationFrame(stand);
  }

  return { draw, element, focus, unselect: () => grid.unselect(), target };
}
