// The salon's calendar. This file holds what is shown and joins the pieces under `calendar/`; what
// is true comes from the server, which is asked again after every act and whenever it says so.
import { createBlocks } from "./calendar/blocks.js";
import { createChanges } from "./calendar/change.js";
import { createDrawer } from "./calendar/drawer.js";
import { createGrid } from "./calendar/grid.js";
import { createKeys } from "./calendar/keys.js";
import { stayLive } from "./calendar/live.js";
import { createNetwork } from "./calendar/network.js";
import { createServer } from "./calendar/server.js";
import { createSide } from "./calendar/side.js";
import { createSpot } from "./calendar/spot.js";
import { createToast } from "./calendar/toast.js";
import { createView } from "./calendar/view.js";
import { createWalkIn } from "./calendar/walk_in.js";
import { createWords } from "./calendar/words.js";
import { addDays, readNow, weekOf } from "./calendar/walls.js";

const root = document.getElementById("calendar");
const config = JSON.parse(root.dataset.config);
const small = matchMedia("(max-width: 47.99rem)");
const app = {
  root, config, board: null, moved: null, dragging: false,
  words: createWords(config),
  server: createServer(config),
  isPhone: () => small.matches,
  today: () => readNow(config.zone).slice(0, 10),
  now: () => readNow(config.zone),
};
app.toast = createToast(app);
app.network = createNetwork(app);
app.isAway = app.network.isAway;
Object.assign(app, createView(app));

let reading = null;
app.stopReading = () => reading?.abort();

app.span = () => {
  if (app.state.view === "day") return [app.state.day, app.state.day];
  const first = weekOf(app.state.day, config.firstDay);
  return [first, addDays(first, 6)];
};

// The latest question wins; a board that did not change is not drawn again.
app.load = async ({ quiet = false } = {}) => {
  reading?.abort();
  const mine = (reading = new AbortController());
  const [first, last] = app.span();
  const slow = setTimeout(() => (document.getElementById("wait").hidden = quiet), 400);
  try {
    const board = await app.server.read("/board", { first, last }, { signal: mine.signal });
    const same = !app.network.found() && quiet && app.board?.revision === board.revision;
    app.board = board;
    if (!same) app.draw();
    if (!same && quiet) drawer.again();
  } catch (problem) {
    if (mine.signal.aborted) return;
    if (!problem.status) app.network.lost();
    if (!quiet) app.toast.tell(problem.status && problem.message ? problem.message : app.words.say("failed"));
  } finally {
    clearTimeout(slow);
    if (reading === mine) document.getElementById("wait").hidden = true;
  }
};

app.draw = () => {
  if (!app.board) return;
  app.drawHead();
  app.side.draw();
  app.grid.draw();
};

// One act: done, said with its undo, and the board read anew.
app.attempt = async (act) => {
  try {
    const done = await act();
    await app.load();
    app.toast.tell(done.sentence ?? app.words.say("done"), done.undo);
  } catch (problem) {
    app.toast.tell(problem.status && problem.message ? problem.message : app.words.say("lost"));
    app.load();
  }
};

app.isBusy = () => app.dragging || keys.isMoving();
app.blocks = createBlocks(app);
const drawer = (app.drawer = createDrawer(app));
const walkIn = createWalkIn(app);
const there = (act) => (...values) => (app.isAway() ? app.network.say() : act(...values));
const acts = {
  new: there(() => location.assign(app.server.page("/new", { date: app.state.day, ...(app.onlyStylist() ? { staff: app.onlyStylist() } : {}) }))),
  "walk-in": there((staffId) => config.may.create && walkIn.open(staffId)),
  block: there(() => config.may.block && app.board && app.blocks.openForm()),
  waitlist: there(() => config.may.waitlist && drawer.read({ key: "waitlist:", title: app.words.say("waitlist"), path: `/waitlist/drawer?date=${app.state.day}` })),
  keys: () => document.getElementById("keys").showModal(),
  close: () => spot.close() || drawer.close() || app.toast.hide(),
};
const spot = createSpot(app, acts);
app.changes = createChanges(app);
app.side = createSide(app);

function beginDrag() {
  app.changes.leave();
  app.dragging = true;
}

function endDrag() {
  app.dragging = false;
  app.changes.hideTicket();
}

root.hidden = false;
document.getElementById("without").remove();
app.grid = createGrid(app, {
  onOpen: ({ kind, visit, block }, event) => {
    app.changes.leave({ unless: visit?.booking_id });
    if (kind === "visit") drawer.visit(visit, { focus: event instanceof KeyboardEvent });
    if (kind === "block") app.blocks.open(block);
  },
  onSpot: there(spot.at),
  onSpan: there(spot.along),
  onConsider: app.changes.consider,
  onDragStart: beginDrag,
  onDrop: (place) => app.changes.carryOut(place),
  onResize: (place) => app.changes.carryOut(place),
  onDragStop: endDrag,
});
const keys = createKeys(app, acts);
app.side.swipe(app.grid.target);
app.mark = (clashes) => {
  root.classList.toggle("has-clash", Boolean(clashes?.length));
  root.classList.toggle("has-wall", Boolean(clashes?.some(({ hard }) => hard)));
};

document.addEventListener("click", ({ target }) => {
  const act = target.closest?.("[data-act]")?.dataset.act;
  if (act) acts[act]();
});
document.querySelector(".bar-new")?.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.button) return;
  event.preventDefault();
  acts.new();
});
small.addEventListener("change", () => location.reload());
setInterval(() => app.board && !app.isBusy() && app.drawHead(), 60_000);

await (app.opened = app.load());
stayLive(app, app.server.address("/live"));
if (config.open) drawer.visit({ booking_id: config.open, client: "" }, { focus: false });
