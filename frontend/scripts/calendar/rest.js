// The words of a resting time stand in it where all of them have room and nobody is booked over
// them; elsewhere they are its title and, unseen, its name. Half a word helps nobody.
const SIZES = ["", "is-tight"];
const HAIR = 0.5; // pixels that rounding may take

// What shows a title takes the pointer; a press is the day's under it, as everywhere else.
export function lookAfterRests(target) {
  new ResizeObserver(() => fitRests(target)).observe(target);
  target.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".cal-rest[title]")) return;
    const day = document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.matches(".ec-day"));
    day?.dispatchEvent(new PointerEvent(event.type, event));
  });
}

export function fitRests(target) {
  let left = [...target.querySelectorAll(".cal-rest")].map((rest) => ({ rest, words: rest.querySelector(".cal-rest-words") }));
  if (!left.length) return;
  const visits = [...target.querySelectorAll(".ec-event:not(.ec-preview)")].map((each) => each.getBoundingClientRect());
  for (const { rest } of left) rest.removeAttribute("title");
  for (const size of SIZES) {
    for (const { words } of left) words.className = `cal-rest-words ${size}`;
    left = left.filter((each) => isCut(each, visits));
  }
  for (const { rest, words } of left) {
    words.className = "cal-rest-words heard";
    rest.title = words.textContent;
  }
}

function isCut({ rest, words }, visits) {
  const box = words.getBoundingClientRect();
  return words.scrollWidth > words.clientWidth
    || box.bottom > rest.getBoundingClientRect().bottom + HAIR
    || visits.some((each) => meet(box, each));
}

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom - HAIR && other.top < one.bottom - HAIR;
}
