// Whether the house can be reached. While it cannot, the calendar stands as it was read last, says
// so and changes nothing; it asks again by itself.
import { wallOf } from "./walls.js";

const AGAIN_AFTER = 5000;

export function createNetwork(app) {
  const { root, words, toast } = app;
  const note = document.getElementById("offline");
  let away = false;
  let timer = 0;

  addEventListener("offline", () => {
    app.stopReading(); // what was on its way would seem to say that we are there again
    lost();
  });
  addEventListener("online", () => app.load({ quiet: true }));

  function lost() {
    clearTimeout(timer);
    timer = setTimeout(() => app.load({ quiet: true }), AGAIN_AFTER);
    if (away || !app.board) return;
    away = true;
    show();
    app.changes.leave();
    app.draw();
    say();
  }

  // Answers whether it was away until now.
  function found() {
    clearTimeout(timer);
    if (!away) return false;
    away = false;
    show();
    toast.speak(words.say("online"));
    return true;
  }

  function show() {
    root.classList.toggle("is-offline", away);
    for (const each of root.querySelectorAll("[data-act]:not([data-act=keys])")) each.disabled = away;
    note.hidden = !away;
    if (away) note.querySelector("[data-words]").textContent = sentence();
  }

  function sentence() {
    const read = wallOf(app.board.now);
    const day = read.slice(0, 10) === app.today() ? "" : `${words.long(read)}, `;
    return words.say("offline", { time: `${day}${words.time(read)}` });
  }

  const say = () => toast.speak(note.textContent.trim());

  return { lost, found, say, isAway: () => away };
}
