// Somebody comes in without an appointment: one tap opens the list, one on a service books it with
// whoever is free now.
import { make, sign } from "./paint.js";
import { wallOf } from "./walls.js";

export function createWalkIn(app) {
  const { server, words, toast } = app;
  let key = "";

  async function open(staffId = "") {
    key = crypto.randomUUID();
    await show(typeof staffId === "string" ? staffId : "", "");
  }

  async function show(staffId, typed) {
    try {
      const offer = await server.read("/walk-in", staffId ? { staff_id: staffId } : {});
      app.drawer.open({ key: "walk-in", title: words.say("walkIn"), nodes: nodesOf(offer, staffId, typed) });
      document.querySelector(".cal-services button:not(:disabled)")?.focus({ preventScroll: true });
    } catch (problem) {
      toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
    }
  }

  function nodesOf({ services }, staffId, typed) {
    const who = make("select", { id: "walk-in-who" }, new Option(words.say("whoeverFree"), ""));
    for (const each of app.board.stylists) who.append(new Option(each.name, each.id, false, each.id === staffId));
    const name = make("input", { id: "walk-in-name", maxlength: "120", autocomplete: "off", value: typed });
    who.addEventListener("change", () => show(who.value, name.value));
    const list = make("ul", { class: "cal-services" }, ...services.map((each) => make("li", {}, serviceButton(each, staffId, name))));
    return [
      make("div", { class: "cal-pair" },
        make("div", { class: "field" }, make("label", { for: "walk-in-who", text: words.say("walkInWho") }), who),
        make("div", { class: "field" }, make("label", { for: "walk-in-name", text: words.say("walkInName") }), name)),
      make("h3", { text: words.say("walkInWhat") }),
      services.some(({ free }) => free) ? null : make("p", { class: "cal-none", text: words.say("noWalkIn") }),
      list,
    ].filter(Boolean);
  }

  function serviceButton(service, staffId, name) {
    const { free } = service;
    const about = free
      ? words.say("freeUntil", { name: free.name, when: words.time(wallOf(free.until)) })
      : words.say("busy");
    const made = make("button", { type: "button", class: "cal-service", disabled: !free },
      make("span", { class: "strong", text: service.name }),
      make("span", { class: "soft", text: [words.say("minutes", { number: service.minutes }), service.price].filter(Boolean).join(" · ") }),
      make("span", { class: "cal-free" }, sign(free ? "armchair" : "clock"), make("span", { text: about })));
    made.addEventListener("click", () => book(service, free?.staff_id ?? staffId, name.value.trim(), made));
    return made;
  }

  async function book(service, staffId, name, button) {
    button.disabled = true;
    try {
      const done = await server.send("/walk-in", { service_id: service.id, staff_id: staffId, name, key });
      app.drawer.close();
      await app.go({ day: app.today(), view: app.state.view === "list" ? "day" : app.state.view });
      app.showColumn(done.visit?.staff_id ?? staffId);
      toast.tell(done.sentence, done.undo && (() => app.changes.undo(done.visit, done.undo, "no")));
    } catch (problem) {
      toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
      show(staffId, name);
    }
  }

  return { open };
}
