// The board as entries of the grid. A visit with a resting time becomes two entries with a light
// stretch between them: whoever is free meanwhile can be booked there.
import { addMinutes, clockOf, dayOf, minutesFrom, wallOf } from "./walls.js";

const FIRST_HOUR = 8;
const LAST_HOUR = 18;
const COLOUR = /^(#[0-9a-f]{3,8}|oklch\([\d. %]+\))$/i;

export function partsOf(visit) {
  const worked = visit.segments.filter(([, , kind]) => kind !== "processing");
  const found = worked.length ? worked : [[visit.start, visit.end, "active"]];
  return found.map(([start, end], number) => ({
    id: `${visit.appointment_id}/${number}`,
    start: wallOf(start),
    end: wallOf(end),
    offset: minutesFrom(wallOf(visit.start), wallOf(start)),
    first: number === 0,
    last: number === found.length - 1,
  }));
}

// At another time or with somebody else: what a visit being moved by the keyboard looks like.
export function shifted(visit, { start, staffId, minutes }) {
  const by = minutesFrom(wallOf(visit.start), start);
  const longer = minutes ? minutes - minutesFrom(wallOf(visit.start), wallOf(visit.end)) : 0;
  const end = addMinutes(wallOf(visit.end), by + longer);
  const segments = visit.segments.map(([from, until, kind], number, all) => [
    addMinutes(wallOf(from), by),
    number === all.length - 1 ? end : addMinutes(wallOf(until), by),
    kind,
  ]);
  return { ...visit, start, end, staff_id: staffId, segments, moving: true };
}

// The other services of the visit go along with the one in hand.
function follow(visit, moved) {
  if (visit.appointment_id === moved.visit.appointment_id) return shifted(visit, moved);
  const by = minutesFrom(wallOf(moved.visit.start), moved.start);
  return shifted(visit, { start: addMinutes(wallOf(visit.start), by), staffId: visit.staff_id });
}

function visitsOf(board, { shown, moved }) {
  return board.visits
    .map((each) => (moved && each.booking_id === moved.visit.booking_id ? follow(each, moved) : each))
    .filter((each) => shown.has(each.staff_id));
}

export function entriesOf(board, { shown, list, moved, fixed }) {
  const entries = visitsOf(board, { shown, moved }).flatMap((visit) => entriesOfVisit(visit, { list, fixed }));
  for (const block of board.blocks.filter((each) => shown.has(each.staff_id))) entries.push(entryOfBlock(block));
  if (list) return entries;
  for (const hold of (board.holds ?? []).filter((each) => shown.has(each.staff_id))) entries.push(entryOfHold(hold));
  return entries.concat(backgrounds(board, shown));
}

function entriesOfVisit(visit, { list, fixed }) {
  const movable = visit.movable && !visit.moving && !fixed;
  const colour = COLOUR.test(visit.colour ?? "") ? visit.colour : "var(--color-edge)";
  const parts = list ? partsOf(visit).slice(0, 1) : partsOf(visit);
  const entries = parts.map((part) => ({
    id: part.id,
    resourceIds: [visit.staff_id],
    start: part.start,
    end: list ? wallOf(visit.end) : part.end,
    startEditable: movable,
    durationEditable: movable && part.last,
    classNames: ["cal-visit", `is-${visit.status}`, visit.moving ? "is-moving" : "", ...sizeOf(part).split(" ")],
    styles: [`--c: ${colour}`],
    extendedProps: { kind: "visit", visit, part },
  }));
  if (list) return entries;
  const resting = visit.segments.filter(([, , kind]) => kind === "processing");
  return entries.concat(
    resting.map(([start, end], number) => ({
      id: `${visit.appointment_id}/rest/${number}`,
      resourceIds: [visit.staff_id],
      start: wallOf(start),
      end: wallOf(end),
      display: "background",
      classNames: ["cal-rest"],
      styles: [`--c: ${colour}`],
      extendedProps: { kind: "rest", visit },
    })),
  );
}

function sizeOf({ start, end }) {
  const minutes = minutesFrom(start, end);
  if (minutes <= 20) return minutes < 15 ? "is-low is-tiny" : "is-low";
  return minutes < 45 ? "is-middle" : "is-high";
}

function entryOfBlock(block) {
  return {
    id: `block/${block.id}`,
    resourceIds: [block.staff_id],
    start: wallOf(block.start),
    end: wallOf(block.end),
    editable: false,
    startEditable: false,
    durationEditable: false,
    classNames: ["cal-block", ...sizeOf({ start: wallOf(block.start), end: wallOf(block.end) }).split(" ")],
    extendedProps: { kind: "block", block },
  };
}

function entryOfHold(hold) {
  return {
    id: `hold/${hold.staff_id}/${hold.start}`,
    resourceIds: [hold.staff_id],
    start: wallOf(hold.start),
    end: wallOf(hold.end),
    startEditable: false,
    durationEditable: false,
    classNames: ["cal-hold", ...sizeOf({ start: wallOf(hold.start), end: wallOf(hold.end) }).split(" ")],
    extendedProps: { kind: "hold", hold },
  };
}

// What is not on shift is shaded, time off says its own words.
function backgrounds(board, shown) {
  const found = [];
  for (const stylist of board.stylists.filter((each) => shown.has(each.id))) {
    const column = { resourceIds: [stylist.id], display: "background" };
    for (const [start, end] of gaps(board, stylist.working)) {
      found.push({ ...column, id: `off/${stylist.id}/${start}`, start, end, classNames: ["cal-off"], extendedProps: { kind: "off" } });
    }
    for (const away of stylist.away) {
      const [start, end] = [wallOf(away.start), wallOf(away.end)];
      found.push({ ...column, id: `away/${stylist.id}/${start}`, start, end, classNames: ["cal-away"], extendedProps: { kind: "away", words: away.words } });
    }
  }
  return found;
}

function* gaps(board, spans) {
  let from = `${board.first}T00:00`;
  for (const [start, end] of spans.map((each) => each.map(wallOf)).sort()) {
    if (start > from) yield* byDay(from, start);
    if (end > from) from = end;
  }
  yield* byDay(from, `${dayOf(addMinutes(`${board.last}T00:00`, 1440))}T00:00`);
}

function* byDay(from, until) {
  for (let start = from; start < until; ) {
    const midnight = `${dayOf(addMinutes(`${dayOf(start)}T00:00`, 1440))}T00:00`;
    const end = midnight < until ? midnight : until;
    yield [start, end];
    start = end;
  }
}

// The hours that are drawn: opening and shifts, and whatever lies or is being moved outside them.
export function hoursOf(board, { shown, moved }) {
  let first = 24 * 60;
  let last = 0;
  const widen = (start, end) => {
    const [from, until] = [minuteOf(start), clockOf(end) === "00:00" ? 1440 : minuteOf(end)];
    first = Math.min(first, from);
    last = Math.max(last, until < from ? 1440 : until);
  };
  for (const [start, end] of board.opening) widen(wallOf(start), wallOf(end));
  for (const each of board.stylists) if (shown.has(each.id)) for (const [start, end] of each.working) widen(wallOf(start), wallOf(end));
  for (const each of visitsOf(board, { shown, moved })) widen(wallOf(each.start), wallOf(each.end));
  for (const each of board.blocks) if (shown.has(each.staff_id)) widen(wallOf(each.start), wallOf(each.end));
  if (first >= last) [first, last] = [FIRST_HOUR * 60, LAST_HOUR * 60];
  return [Math.floor(first / 60), Math.ceil(last / 60)].map((hour) => `${String(hour).padStart(2, "0")}:00`);
}

function minuteOf(wall) {
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
}
