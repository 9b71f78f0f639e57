// Wall-clock time of the salon as plain text, "2026-11-24T09:05": what the calendar draws, moves and
// compares. It becomes an instant only when it is sent, by the offset of the salon's zone then.
const MINUTE = 60_000;

export const wallOf = (iso) => iso.slice(0, 16);
export const dayOf = (wall) => wall.slice(0, 10);
export const clockOf = (wall) => wall.slice(11, 16);

const asUtc = (wall) => Date.parse(`${wall.length > 10 ? wall : `${wall}T00:00`}Z`);
const two = (number) => String(number).padStart(2, "0");

export function addMinutes(wall, minutes) {
  return new Date(asUtc(wall) + minutes * MINUTE).toISOString().slice(0, 16);
}

export function minutesFrom(first, last) {
  return Math.round((asUtc(last) - asUtc(first)) / MINUTE);
}

export function addDays(day, number) {
  return new Date(asUtc(day) + number * 1440 * MINUTE).toISOString().slice(0, 10);
}

// The calendar's component hands out dates whose local parts are the wall clock's.
export function wallOfDate(date) {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function weekOf(day, firstDay) {
  const weekday = new Date(asUtc(day)).getUTCDay();
  return addDays(day, -((weekday - firstDay + 7) % 7));
}

export function monthOf(day) {
  return `${day.slice(0, 8)}01`;
}

export function addMonths(day, number) {
  const date = new Date(asUtc(monthOf(day)));
  date.setUTCMonth(date.getUTCMonth() + number);
  return date.toISOString().slice(0, 10);
}

export function offsetOf(iso) {
  return /[+-]\d\d:\d\d$/.exec(iso)?.[0] ?? "+00:00";
}

// "2026-11-24T09:05:00+01:00": the offset is the zone's at that very time.
export function instantOf(wall, zone) {
  let offset = offsetAt(asUtc(wall), zone);
  offset = offsetAt(asUtc(wall) - offset * MINUTE, zone);
  const ahead = Math.abs(offset);
  return `${wall}:00${offset < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

function offsetAt(instant, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(instant);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return minutesFrom(new Date(instant).toISOString().slice(0, 16), `${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}`);
}

export function readNow(zone) {
  const now = Date.now();
  return addMinutes(new Date(now).toISOString().slice(0, 16), offsetAt(now, zone));
}
