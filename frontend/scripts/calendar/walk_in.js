// Somebody comes in without an appointment: one tap opens the list, one on a service books it with
// whoever is free now. The form stands as long as the drawer does, only the list is drawn anew, so
// that nobody loses the place at which they were.
import { make, sign } from "./paint.js";
import { wallOf } from "./walls.js";

export function createWalkIn(app) {
  const { server, words, toast } = app;
  let latest = null;

  async function open(staffId = "") {
    await app.opened; // a press that was quicker than the first board waits for it
    if (!app.board) return;
    const form = (latest = formOf(staffId));
    if (!(await read(form)) || form !== latest) return;
    app.drawer.open({ key: "walk-in", title: words.say("walkIn"), nodes: form.nodes });
    (form.list.querySelector("button:not(:disabled)") ?? form.who).focus({ preventScroll: true });
    if (!form.free) toast.speak(summary(form));
  }

  function formOf(staffId) {
    const who = make("select", { id: "walk-in-who" }, new Option(words.say("whoeverFree"), ""));
    for (const each of app.board.stylists) who.append(new Option(each.name, each.id, false, each.id === staffId));
    const name = make("input", { id: "walk-in-name", maxlength: "120", autocomplete: "off" });
    const none = make("p", { class: "cal-none", text: words.say("noWalkIn") });
    const list = make("ul", { class: "cal-services" });
    const nodes = [
      make("div", { class: "cal-pair" },
        make("div", { class: "field" }, make("label", { for: "walk-in-who", text: words.say("walkInWho") }), who),
        make("div", { class: "field" }, make("label", { for: "walk-in-name", text: words.say("walkInName") }), name)),
      make("h3", { text: words.say("walkInWhat") }),
      none,
      list,
    ];
    const form = { key: crypto.randomUUID(), staffId: who.value, who, name, none, list, nodes, asked: 0, free: 0, books: false };
    who.addEventListener("change", async () => (await read(form)) && toast.speak(summary(form)));
    return form;
  }

  // The latest question wins; without an answer the list stays that of the former choice.
  async function read(form) {
    const asked = ++form.asked;
    const staffId = form.who.value;
    try {
      const { services } = await server.read("/walk-in", staffId ? { staff_id: staffId } : {});
      if (asked !== form.asked) return false;
      form.staffId = staffId;
      draw(form, services);
      return true;
    } catch (problem) {
      if (asked !== form.asked) return false;
      form.who.value = form.staffId;
      toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
      return false;
    }
  }

  function draw(form, services) {
    const { list, who, none } = form;
    const at = list.contains(document.activeElement) ? document.activeElement.dataset.service : "";
    form.free = services.filter(({ free }) => free).length;
    form.all = services.length;
    none.hidden = form.free > 0;
    list.replaceChildren(...services.map((each) => make("li", {}, serviceButton(form, each))));
    if (at) (list.querySelector(`[data-service="${CSS.escape(at)}"]:not(:disabled)`) ?? who).focus();
  }

  function summary({ free, all }) {
    return free ? words.say("walkInPossible", { number: free, all }) : words.say("noWalkIn");
  }

  function serviceButton(form, service) {
    const { free } = service;
    const about = free
      ? words.say("freeUntil", { name: free.name, when: words.time(wallOf(free.until)) })
      : words.say("busy");
    const made = make("button", { type: "button", class: "cal-service", disabled: !free, "data-service": service.id },
      make("span", { class: "strong", text: service.name }),
      make("span", { class: "soft", text: [words.say("minutes", { number: service.minutes }), service.price].filter(Boolean).join(" · ") }),
      make("span", { class: "cal-free" }, sign(free ? "armchair" : "clock"), make("span", { text: about })));
    made.addEventListener("click", () => book(form, service));
    return made;
  }

  // A button that was pressed stays one, for whoever stands on it; a second press finds it busy.
  async function book(form, { id, free }) {
    if (form.books) return;
    form.books = true;
    try {
      const done = await server.send("/walk-in", { service_id: id, staff_id: free.staff_id, name: form.name.value.trim(), key: form.key });
      app.drawer.close();
      await app.go({ day: app.today(), view: app.state.view === "list" ? "day" : app.state.view });
      await app.load({ quiet: true });
      app.showColumn(done.visit.staff_id);
      app.grid.focus(done.visit.appointment_id);
      toast.tell(done.sentence, done.undo && (() => app.changes.undo(done.visit, done.undo, "no")));
    } catch (problem) {
      toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
      await read(form);
    } finally {
      form.books = false;
    }
  }

  return { open };
}
