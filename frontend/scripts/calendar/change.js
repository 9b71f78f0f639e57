// Moves and resizes: looked at before the drop, asked about after it, undone from the toast.
import { make, sign } from "./paint.js";
import { instantOf, wallOf } from "./walls.js";

const CHECK_AFTER = 120;

export function createChanges(app) {
  const { server, words, config, toast } = app;
  const ticket = document.getElementById("ticket");
  let timer = 0;
  let asked = null; // { key, answer }: the last place that was looked at
  let pending = null; // the place that was dropped on, until it is decided

  const keyOf = ({ visit, start, staffId, minutes }) => [visit.appointment_id, start, staffId, minutes ?? ""].join("|");
  const whole = (visit) => ({ start: wallOf(visit.start), minutes: lengthOf(visit) });

  function lengthOf(visit) {
    return Math.round((Date.parse(visit.end) - Date.parse(visit.start)) / 60_000);
  }

  function look(place) {
    const key = keyOf(place);
    if (asked?.key === key) return asked.answer;
    asked?.abort.abort();
    const abort = new AbortController();
    const fields = { appointment_id: place.visit.appointment_id, start: instantOf(place.start, config.zone), staff_id: place.staffId };
    if (place.minutes) fields.minutes = place.minutes;
    const answer = server
      .send(`/visits/${place.visit.booking_id}/check`, fields, { signal: abort.signal })
      .catch((problem) => {
        if (asked?.key === key && !problem.status) asked = null;
        if (problem.name === "AbortError") return null;
        if (problem.clashes?.length) return { clashes: problem.clashes };
        const refused = [403, 409, 422].includes(problem.status) && problem.message;
        return refused ? { clashes: [{ words: problem.message, hard: true }] } : null; // null: not known, the drop asks again
      });
    asked = { key, answer, abort };
    return answer;
  }

  // Called for every step of a drag: shows where it would go, and soon what stands in the way.
  function consider(place) {
    if (app.isAway()) return false;
    const key = keyOf(place);
    if (ticket.dataset.key === key) return true;
    ticket.dataset.key = key;
    showTicket(place, null);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const found = await look(place);
      if (found && ticket.dataset.key === key && !ticket.hidden) showTicket(place, found.clashes);
    }, CHECK_AFTER);
    return true;
  }

  function showTicket({ visit, start, staffId, minutes }, clashes) {
    const end = endOf(visit, start, minutes);
    const lines = clashes === null
      ? [make("p", { class: "soft", text: words.say("checking") })]
      : clashes.length
        ? clashes.map(({ words: told, hard }) => make("p", { class: hard ? "is-hard" : "is-soft" }, sign(hard ? "ban" : "triangle-alert"), make("span", { text: told })))
        : [make("p", { class: "is-fine" }, sign("check"), make("span", { text: words.say("fits") }))];
    ticket.replaceChildren(make("p", { class: "strong", text: `${words.span(start, end)} · ${app.nameOf(staffId)}` }), ...lines);
    ticket.hidden = false;
    app.mark(clashes);
  }

  function endOf(visit, start, minutes) {
    const until = (minutes ?? lengthOf(visit)) * 60_000;
    return new Date(Date.parse(`${start}Z`) + until).toISOString().slice(0, 16);
  }

  function hideTicket() {
    clearTimeout(timer);
    ticket.hidden = true;
    delete ticket.dataset.key;
    app.mark(null);
  }

  // From the drop to the toast. `place.minutes` makes it a resize.
  async function carryOut(place, { byKeyboard = false } = {}) {
    const { visit } = place;
    hideTicket();
    if (isWhereItWas(place)) return putBack(app.moved);
    app.moved = pending = place;
    if (app.isAway()) return stay(place);
    app.draw();
    const { clashes = [], doubt = null } = (await look(place)) ?? {};
    if (pending !== place) return;
    if (clashes.some(({ hard }) => hard)) {
      stay(place, { silent: true });
      return toast.tell([words.say("impossible", { client: visit.client }), ...clashes.map((each) => each.words)].join(" "));
    }
    const answer = await question(place, { clashes, doubt }, byKeyboard);
    if (pending !== place) return;
    if (answer === "back") stay(place);
    else await send(place, answer, { overbook: clashes.length > 0, doubt, byKeyboard });
    if (byKeyboard) app.grid.focus(visit.appointment_id);
  }

  // Whoever turns to another visit leaves the one that was dropped, and is not decided, where it was.
  function leave({ unless } = {}) {
    if (!pending || pending.visit.booking_id === unless) return;
    if (toast.asks()) toast.end();
    else stay(pending);
  }

  function stay(place, { silent = false } = {}) {
    pending = null;
    putBack(place);
    if (!silent) toast.speak(words.say("stays", { client: place.visit.client }));
  }

  function isWhereItWas({ visit, start, staffId, minutes }) {
    const was = whole(visit);
    return was.start === start && visit.staff_id === staffId && (minutes ?? was.minutes) === was.minutes;
  }

  // One question for all there is to ask: a taken time, a day that is rarely meant, who is told.
  function question(place, { clashes, doubt }, focus) {
    const { visit, start, staffId, minutes } = place;
    const name = app.nameOf(staffId);
    const when = `${start.slice(0, 10) === wallOf(visit.start).slice(0, 10) ? "" : `${words.long(start)}, `}${words.time(start)}`;
    const resized = minutes && minutes !== whole(visit).minutes;
    const asks = (sentence, details, [tell, quietly]) => toast.ask({
      sentence, details, left: "back", focus, onEnd: () => stay(place),
      answers: [...(isOver(start) ? [["no", quietly, true]] : [["yes", tell, true], ["no", quietly]]), ["back", words.say("putBack")]],
    });
    if (clashes.length) {
      const reasons = [...(doubt ? [doubt.words] : []), ...clashes.map((each) => each.words)];
      return asks(words.say("overbook", { name, when }), reasons, [words.say("overbookTell"), words.say("overbookQuietly")]);
    }
    if (doubt) return asks(doubt.words, [], [words.say("meantTell"), words.say(isOver(start) ? "meant" : "meantQuietly")]);
    if (endOf(visit, start, minutes) < app.now() && wallOf(visit.end) < app.now()) return "no";
    const sentence = resized
      ? words.say("resize", { client: visit.client, number: minutes, when: words.time(endOf(visit, start, minutes)) })
      : words.say("move", { client: visit.client, when, name });
    return asks(sentence, [], [words.say("andTell"), words.say("quietly")]);
  }

  // Nobody is told today that they come yesterday.
  const isOver = (start) => start.slice(0, 10) < app.today();

  async function send(place, tell, { overbook, doubt, byKeyboard }) {
    const { visit, start, staffId, minutes } = place;
    const common = { appointment_id: visit.appointment_id, tell, overbook: overbook ? "yes" : "no", revision: visit.revision ?? "", meant: doubt?.day ?? "" };
    const resized = minutes && start === whole(visit).start && staffId === visit.staff_id;
    pending = null; // what is on its way cannot be left any more
    try {
      const done = await server.send(
        `/visits/${visit.booking_id}/${resized ? "resize" : "move"}`,
        resized ? { ...common, minutes } : { ...common, start: instantOf(start, config.zone), staff_id: staffId },
      );
      await app.load();
      putBack(place);
      toast.tell(done.sentence, done.undo && (() => undo(visit, done.undo, isOver(wallOf(visit.start)) ? "no" : tell)));
    } catch (problem) {
      const clashes = (!overbook && problem.status === 409 && problem.clashes) || [];
      const unasked = (!doubt && problem.doubt) || null;
      if (unasked || (clashes.length && !clashes.some(({ hard }) => hard))) {
        pending = place;
        const answer = await question(place, { clashes, doubt: unasked ?? doubt }, byKeyboard);
        if (pending !== place) return;
        if (answer !== "back") return send(place, answer, { overbook: overbook || clashes.length > 0, doubt: unasked ?? doubt, byKeyboard });
        stay(place);
      } else {
        toast.tell(problem.message && problem.status ? problem.message : words.say("lost"));
        putBack(place);
      }
      app.load();
    }
  }

  async function undo(visit, { change_id }, tell) {
    await app.attempt(async () => {
      const done = await server.send(`/visits/${visit.booking_id}/undo`, { change_id, tell });
      return { sentence: done.sentence ?? words.say("undone") };
    });
  }

  // Drawn where the board has it, unless another visit is in hand by now.
  function putBack(place) {
    if (app.moved === place) app.moved = null;
    app.draw();
  }

  // The ticket goes along with the pointer, and stays on the screen.
  window.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (ticket.hidden || !app.dragging) return;
    const { offsetWidth, offsetHeight } = ticket;
    const x = clientX + 24 + offsetWidth > innerWidth ? clientX - 24 - offsetWidth : clientX + 24;
    const y = Math.min(clientY + 12, innerHeight - offsetHeight - 12);
    ticket.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
  });

  return { consider, carryOut, leave, hideTicket, showTicket, look, undo, lengthOf };
}
