// Sends the form into a new frame a moment after the last letter, and shows the frame when it is
// there: nothing flickers, and the browser's "back" stays what it was.
const PAUSE = 450;

export function keepShowing(form) {
  const place = document.querySelector("[data-frames]");
  const show = form.querySelector("[data-show]");
  let timer = 0;
  let number = 0;

  function ask() {
    const frame = place.querySelector("iframe").cloneNode();
    frame.name = `preview-${++number}`;
    frame.hidden = true;
    const mine = number;
    place.append(frame);
    frame.addEventListener("load", () => {
      if (!loaded(frame)) return;
      if (mine !== number) return frame.remove();
      const before = [...place.querySelectorAll("iframe")].filter((other) => other !== frame);
      const top = before.at(0)?.contentWindow?.scrollY ?? 0;
      frame.hidden = false;
      frame.contentWindow?.scrollTo(0, top);
      for (const other of before) other.remove();
      place.dataset.shown = "";
    });
    const target = show.formTarget;
    show.formTarget = frame.name;
    form.requestSubmit(show);
    show.formTarget = target;
  }

  form.addEventListener("input", (event) => {
    if (event.target.id !== "subject" && event.target.id !== "body") return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  show.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    event.preventDefault();
    ask();
  });
  ask();
}

function loaded(frame) {
  try {
    return frame.contentDocument?.URL !== "about:blank";
  } catch {
    return true;
  }
}
