// What stands inside an entry of the grid: name, service, minutes, badges with their words.
import { addMinutes, minutesFrom, wallOf, wallOfDate } from "./walls.js";

const SIGNS = {
  first: "star", no_show: "triangle-alert", note: "clipboard-list", allergy: "flask-conical", overbooked: "users",
  online: "globe", series: "repeat", group: "users", form: "circle-alert", deposit: "wallet",
};
const STATES = { arrived: "check", in_chair: "armchair", done: "check", paid: "wallet", no_show: "x", cancelled: "calendar-x" };

export function make(name, { text, class: classes, title, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  if (title) made.title = title;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

export function sign(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function createPainter(words, nameOf) {
  return ({ event, view }) => {
    const { kind, visit, part, block, words: told } = event.extendedProps;
    const list = view.type.startsWith("list");
    const walls = { start: wallOfDate(event.start), end: wallOfDate(event.end) };
    if (kind === "visit") return { domNodes: paintVisit({ visit, part, walls, list, preview: event.display === "preview" }) };
    if (kind === "block") return { domNodes: paintBlock(block, walls, list) };
    if (kind === "hold") return { domNodes: [make("span", { class: "cal-line", text: words.say("held") })] };
    if (kind === "rest") return { domNodes: [make("span", { class: "cal-rest-words", text: words.say("processing", { name: nameOf(visit.staff_id) }) })] };
    if (kind === "away") return { domNodes: [make("span", { class: "cal-away-words", text: told })] };
    return { domNodes: [] };
  };

  function paintVisit({ visit, part, walls, list, preview }) {
    const time = words.span(walls.start, walls.end);
    const length = words.say("minutes", { number: minutesFrom(wallOf(visit.start), wallOf(visit.end)) });
    const name = make("span", { class: "cal-name", text: visit.client });
    const what = make("span", { class: "cal-what" }, make("span", { text: visit.service }), make("span", { class: "cal-length", text: part.first ? length : time }));
    const head = make("span", { class: "cal-line" }, name, glyphs(visit, part));
    const who = make("span", { class: list ? "cal-with" : "heard", text: list ? nameOf(visit.staff_id) : `, ${nameOf(visit.staff_id)}` });
    const when = make("time", { class: "cal-time", text: time });
    const nodes = list ? [when, make("span", { class: "cal-both" }, head, what), who] : [head, what, part.first ? when : null, who].filter(Boolean);
    if (preview && !list) nodes.push(shadow(visit, part, walls));
    const mark = make("span", { class: "cal-mark", "data-visit": visit.booking_id, "data-appointment": visit.appointment_id }, ...nodes);
    return [mark];
  }

  function glyphs(visit, part) {
    const found = make("span", { class: "cal-glyphs" });
    const add = (icon, told, kind) =>
      found.append(make("span", { class: `cal-glyph is-${kind}`, title: told }, sign(icon), make("span", { class: "heard", text: `, ${told}` })));
    if (visit.status in STATES) add(STATES[visit.status], visit.status_words, `state-${visit.status}`);
    else found.append(make("span", { class: "heard", text: `, ${visit.status_words}` }));
    if (part.first) for (const badge of visit.badges) add(SIGNS[badge.kind] ?? "info", badge.words, badge.kind);
    return found.childElementCount ? found : null;
  }

  // While one part of a visit is dragged, an outline shows where the whole of it would lie.
  function shadow(visit, part, walls) {
    const whole = minutesFrom(wallOf(visit.start), wallOf(visit.end));
    const worked = minutesFrom(part.start, part.end);
    if (whole === worked || minutesFrom(walls.start, walls.end) !== worked) return null;
    const made = make("span", { class: "cal-shadow", "aria-hidden": "true" });
    made.style.setProperty("--before", part.offset);
    made.style.setProperty("--whole", whole);
    return made;
  }

  function paintBlock(block, walls, list) {
    const told = block.reason || words.say("blocked");
    const time = make("time", { class: "cal-time", text: words.span(walls.start, walls.end) });
    const line = make("span", { class: "cal-line" }, sign("ban"), make("span", { class: "cal-name", text: told }));
    return [make("span", { class: "cal-mark", "data-block": block.id }, ...(list ? [time, line, make("span", { class: "cal-with", text: block.name })] : [line, time]))];
  }
}

export function placeOf(event) {
  const { visit, part } = event.extendedProps;
  return {
    visit,
    start: addMinutes(wallOfDate(event.start), -part.offset),
    staffId: event.resourceIds[0],
    end: wallOfDate(event.end),
  };
}
