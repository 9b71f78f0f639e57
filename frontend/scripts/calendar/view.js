// What is shown: which day, which view, whose columns. The address keeps it, and so does the browser.
import { addDays } from "./walls.js";

const VIEWS = ["day", "week", "list"];

export function createView(app) {
  const { config, words } = app;
  const store = `openchair-calendar:${config.base}`;
  const kept = recall();
  const asked = new URLSearchParams(location.search);
  const state = {
    day: config.date || app.today(),
    view: pick(asked.get("view")) ?? pick(kept.view) ?? "day",
    hidden: new Set(config.staff ? [] : kept.hidden),
    single: config.staff || kept.single || "",
  };
  if (app.isPhone() && state.view === "week") state.view = "day";
  let only = config.staff;

  function recall() {
    try {
      return JSON.parse(localStorage.getItem(store)) ?? {};
    } catch {
      return {}; // a browser that keeps nothing shows everything
    }
  }

  function pick(view) {
    return VIEWS.includes(view) ? view : undefined;
  }

  function keep() {
    const { day, view, hidden, single } = state;
    const query = new URLSearchParams({ date: day, ...(view === "day" ? {} : { view }) });
    history.replaceState(null, "", `${location.pathname}?${query}`);
    localStorage.setItem(store, JSON.stringify({ view, hidden: [...hidden], single }));
  }

  async function go({ day = state.day, view = state.view }) {
    const before = JSON.stringify(app.span());
    Object.assign(state, { day, view: app.isPhone() && view === "week" ? "day" : view });
    keep();
    app.spotClose?.();
    if (JSON.stringify(app.span()) === before) app.draw();
    else await app.load();
  }

  const step = (by) => go({ day: addDays(state.day, state.view === "day" ? by : by * 7) });
  const stylist = (id) => app.board?.stylists.find((each) => each.id === id);
  const nameOf = (id) => stylist(id)?.name ?? "";

  // A week shows one stylist, as does a day on a phone; else whoever is ticked.
  function shown() {
    const { stylists } = app.board;
    if (only && stylists.some((each) => each.id === only)) {
      state.hidden = new Set(stylists.filter((each) => each.id !== only).map((each) => each.id));
      only = "";
    }
    if (state.view === "week" || (app.isPhone() && state.view === "day")) return new Set([single()]);
    const left = stylists.filter((each) => !state.hidden.has(each.id)).map((each) => each.id);
    return new Set(left.length ? left : stylists.map((each) => each.id));
  }

  function single() {
    const { stylists } = app.board;
    const found = stylist(state.single) ?? stylists.find((each) => each.mine) ?? stylists[0];
    return found?.id ?? "";
  }

  function columns() {
    return app.board.stylists.filter((each) => app.isPhone() || shown().has(each.id));
  }

  function onlyStylist() {
    const found = app.board ? [...shown()] : [];
    return found.length === 1 ? found[0] : undefined;
  }

  function showStylist(id, visible) {
    if (!id) state.hidden.clear();
    else if (visible) state.hidden.delete(id);
    else state.hidden.add(id);
    keep();
    app.draw();
  }

  function showOnly(id) {
    state.hidden = new Set(app.board.stylists.filter((each) => each.id !== id).map((each) => each.id));
    keep();
    app.draw();
  }

  function showColumn(id) {
    if (!stylist(id)) return;
    state.single = id;
    if (state.hidden.has(id)) state.hidden.delete(id);
    keep();
    app.draw();
  }

  function drawHead() {
    const { board } = app;
    const [first, last] = app.span();
    const day = board.days?.find((each) => each.date === state.day);
    document.getElementById("title").textContent = state.view === "day" ? words.large(words.long(state.day)) : words.range(first, last) + (state.view === "week" ? ` · ${nameOf(single())}` : "");
    document.getElementById("about").textContent = state.view === "week" ? "" : [state.view === "day" && day?.words, ...board.summary].filter(Boolean).join(" · ");
    document.getElementById("list-link").href = app.server.page("/day", { date: state.day });
    const today = document.getElementById("today");
    const isNow = app.today() >= first && app.today() <= last;
    today.toggleAttribute("aria-current", isNow);
    if (isNow) today.setAttribute("aria-current", "date");
    for (const each of document.querySelectorAll("#views button")) each.setAttribute("aria-pressed", String(each.dataset.view === state.view));
    app.root.dataset.view = state.view;
  }

  document.getElementById("today").addEventListener("click", () => go({ day: app.today() }));
  document.getElementById("before").addEventListener("click", () => step(-1));
  document.getElementById("after").addEventListener("click", () => step(1));
  document.getElementById("views").addEventListener("click", ({ target }) => target.dataset.view && go({ view: target.dataset.view }));

  // The chosen visit is marked for as long as its drawer is open.
  function choose(appointmentId) {
    for (const each of document.querySelectorAll(".cal-mark.is-chosen")) each.classList.remove("is-chosen");
    state.chosen = appointmentId;
    for (const each of document.querySelectorAll(`.cal-mark[data-appointment="${CSS.escape(appointmentId ?? "")}"]`)) each.classList.add("is-chosen");
  }

  const mayBlock = (each) => config.may.blockAll || each.mine;
  const mayBlockAll = () => config.may.blockAll;

  return { state, go, step, stylist, nameOf, shown, single, columns, onlyStylist, showStylist, showOnly, showColumn, drawHead, choose, mayBlock, mayBlockAll };
}
