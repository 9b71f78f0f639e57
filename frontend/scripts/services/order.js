// Lists whose rows are dragged by a handle, or moved by the arrow keys while the handle has focus.
// Where a row is let go, its list is sent as it stands; the page that answers offers to undo it.
const PAUSE = 900; // after the last arrow, in milliseconds
const EDGE = 72; // from here on the page follows the finger, in pixels
const STEP = 14;

export function putInOrderByHand(form) {
  for (const grip of form.querySelectorAll("[data-grip]")) {
    if (rowsOf(listOf(grip)).length < 2) continue;
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => drag(form, grip, event));
    grip.addEventListener("keydown", (event) => press(form, grip, event));
    if ("focus" in grip.dataset) grip.focus();
  }
}

function drag(form, grip, begun) {
  if (begun.button) return;
  begun.preventDefault();
  const list = listOf(grip);
  const row = rowOf(grip);
  const before = order(list);
  let at = begun.clientY;
  const grabbed = begun.clientY - row.getBoundingClientRect().top;
  row.classList.add("is-dragged");
  grip.setPointerCapture(begun.pointerId);
  grip.focus({ preventScroll: true });

  const follow = () => {
    row.style.translate = "";
    // The neighbours go round the row: one that is taken out itself would lose the pointer.
    for (let other = row.previousElementSibling; other && at < middleOf(other); other = row.previousElementSibling) row.after(other);
    for (let other = row.nextElementSibling; other && at > middleOf(other); other = row.nextElementSibling) row.before(other);
    const away = at - grabbed - row.getBoundingClientRect().top;
    row.style.translate = `0 ${away}px`;
  };
  const moved = (event) => {
    at = event.clientY;
    if (at < EDGE) scrollBy(0, -STEP);
    if (at > innerHeight - EDGE) scrollBy(0, STEP);
    follow();
  };
  const done = (event) => {
    grip.removeEventListener("pointermove", moved);
    grip.removeEventListener("pointerup", done);
    grip.removeEventListener("pointercancel", done);
    row.classList.remove("is-dragged");
    row.style.translate = "";
    if (event.type === "pointercancel") putBack(list, before);
    else send(form, list, row, before);
  };
  grip.addEventListener("pointermove", moved);
  grip.addEventListener("pointerup", done);
  grip.addEventListener("pointercancel", done);
}

let waiting = 0;
let first = null;

function press(form, grip, event) {
  const steps = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const list = listOf(grip);
  if (event.key === "Escape" && first) {
    clearTimeout(waiting);
    putBack(list, first);
    first = null;
    grip.focus();
    return;
  }
  if (!steps) return;
  event.preventDefault();
  first ??= order(list);
  const row = rowOf(grip);
  const other = steps < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (steps < 0) other.before(row);
  else other.after(row);
  grip.focus();
  clearTimeout(waiting);
  waiting = setTimeout(() => send(form, list, row, first), PAUSE);
}

function send(form, list, row, before) {
  const now = order(list);
  if (now.join() === before.join()) return;
  form.elements.ids.value = now.join();
  form.elements.moved.value = row.dataset.id;
  form.submit();
}

const middleOf = (row) => {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2;
};
const listOf = (grip) => grip.closest("[data-order]");
const rowOf = (grip) => grip.closest("[data-id]");
const rowsOf = (list) => [...list.children];
const order = (list) => rowsOf(list).map((row) => row.dataset.id);

function putBack(list, ids) {
  const rows = new Map(rowsOf(list).map((row) => [row.dataset.id, row]));
  list.append(...ids.map((id) => rows.get(id)));
}
