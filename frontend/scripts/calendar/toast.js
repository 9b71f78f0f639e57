// One place at the foot of the page: what was done and its undo, or a question that waits there
// without standing in the way.
import { make, sign } from "./paint.js";

const STAYS = 15_000;

export function createToast({ words }) {
  const place = document.getElementById("toast");
  const says = document.getElementById("says");
  let timer = 0;
  let whenLeft = null;

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
    whenLeft = null;
    if (held) document.getElementById("title").focus();
  }

  function speak(sentence) {
    says.textContent = "";
    requestAnimationFrame(() => (says.textContent = sentence));
  }

  function button(name, run, { main = false, icon } = {}) {
    const made = make("button", { type: "button", class: `button button-small${main ? " is-main" : ""}` }, icon && sign(icon), make("span", { text: name }));
    made.addEventListener("click", run);
    return made;
  }

  // `undo` is run once; the toast then says what came of it.
  function tell(sentence, undo) {
    const close = make("button", { type: "button", class: "step", title: words.say("close") }, sign("x"), make("span", { class: "heard", text: words.say("close") }));
    close.addEventListener("click", hide);
    show(make("p", { text: sentence }), undo && button(words.say("undo"), () => { hide(); undo(); }, { icon: "rotate-ccw" }), close);
    place.classList.remove("is-question");
    speak(sentence);
    const later = () => { timer = setTimeout(() => (place.matches(":hover, :focus-within") ? later() : hide()), STAYS); };
    later();
  }

  // Resolves with the name of the answer; Escape and whatever replaces the question answer `left`.
  function ask({ sentence, details = [], answers, left, focus = false }) {
    whenLeft?.();
    return new Promise((resolve) => {
      const answer = (name) => { whenLeft = null; hide(); resolve(name); };
      const buttons = answers.map(([name, label, main]) => button(label, () => answer(name), { main }));
      const list = details.length ? make("ul", { class: "cal-reasons" }, ...details.map((text) => make("li", { text }))) : null;
      show(make("div", { class: "cal-question" }, make("p", { class: "strong", text: sentence }), list), make("div", { class: "cal-answers" }, ...buttons));
      place.classList.add("is-question");
      whenLeft = () => answer(left);
      speak([sentence, ...details].join(" "));
      if (focus) buttons[0].focus();
    });
  }

  return { tell, ask, speak, hide, leave: () => whenLeft?.(), asks: () => Boolean(whenLeft) };
}
