// One place at the foot of the page: what was done and its undo, or a question that waits there
// without standing in the way.
import { make, sign } from "./paint.js";

const STAYS = 15_000;

export function createToast({ words }) {
  const place = document.getElementById("toast");
  const says = document.getElementById("says");
  let timer = 0;
  let asked = null; // the question that waits: how it is answered, and who hears that it ended
  let said = [];

  function show(...children) {
    clearTimeout(timer);
    place.replaceChildren(...children.filter(Boolean));
    place.hidden = false;
  }

  function hide() {
    clearTimeout(timer);
    const held = place.contains(document.activeElement);
    place.hidden = true;
    place.replaceChildren();
    if (held) document.getElementById("title").focus();
  }

  // What is said in one breath is one sentence after the other.
  function speak(sentence) {
    said.push(sentence);
    if (said.length > 1) return;
    says.textContent = "";
    requestAnimationFrame(() => {
      says.textContent = said.join(" ");
      said = [];
    });
  }

  function button(name, run, { main = false, icon } = {}) {
    const made = make("button", { type: "button", class: `button button-small${main ? " is-main" : ""}` }, icon && sign(icon), make("span", { text: name }));
    made.addEventListener("click", run);
    return made;
  }

  // `undo` is run once; the toast then says what came of it.
  function tell(sentence, undo) {
    end();
    const close = make("button", { type: "button", class: "step", title: words.say("close") }, sign("x"), make("span", { class: "heard", text: words.say("close") }));
    close.addEventListener("click", hide);
    show(make("p", { text: sentence }), undo && button(words.say("undo"), () => { hide(); undo(); }, { icon: "rotate-ccw" }), close);
    place.classList.remove("is-question");
    speak(sentence);
    const later = () => { timer = setTimeout(() => (place.matches(":hover, :focus-within") ? later() : hide()), STAYS); };
    later();
  }

  // Resolves with the name of the answer; Escape answers `left`. What ends the question without an
  // answer calls `onEnd` at once, and then it resolves with "ended".
  function ask({ sentence, details = [], answers, left, onEnd, focus = false }) {
    end();
    return new Promise((resolve) => {
      const answer = (name) => { asked = null; hide(); resolve(name); };
      const buttons = answers.map(([name, label, main]) => button(label, () => answer(name), { main }));
      const list = details.length ? make("ul", { class: "cal-reasons" }, ...details.map((text) => make("li", { text }))) : null;
      show(make("div", { class: "cal-question" }, make("p", { class: "strong", text: sentence }), list), make("div", { class: "cal-answers" }, ...buttons));
      place.classList.add("is-question");
      asked = { leave: () => answer(left), end: () => { answer("ended"); onEnd(); } };
      speak([sentence, ...details].join(" "));
      if (focus) buttons[0].focus();
    });
  }

  function end() {
    asked?.end();
  }

  return { tell, ask, end, speak, hide, leave: () => asked?.leave(), asks: () => asked !== null };
}
