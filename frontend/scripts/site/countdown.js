// Counts a held time down, quietly: minutes first, seconds only near the end. Screen readers hear
// a kind warning twice and the end once, not every second.
const WARN_AT = [120, 30];
let timer;

export function watchCountdowns() {
  clearInterval(timer);
  const box = document.querySelector("[data-expires]");
  if (!box) return;
  const until = Date.parse(box.dataset.expires);
  const shown = box.querySelector("[data-left]");
  const spoken = box.querySelector("[data-spoken]");
  let warned = Infinity;

  const tick = () => {
    const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    box.toggleAttribute("data-soon", seconds <= WARN_AT[0]);
    const warning = WARN_AT.find((mark) => seconds <= mark && warned > mark);
    if (warning !== undefined && seconds > 0) {
      warned = seconds;
      spoken.textContent = box.dataset.warning;
    }
    if (seconds === 0) {
      clearInterval(timer);
      spoken.textContent = box.dataset.ended;
      box.toggleAttribute("data-over", true);
    }
  };
  box.toggleAttribute("data-running", true);
  tick();
  timer = setInterval(tick, 1000);
}
