// Blocked time: put in by a form or by drawing over free time, taken out again, each with its undo.
import { instantOf, wallOf } from "./walls.js";

export function createBlocks(app) {
  const { server, words, config } = app;

  async function add(fields) {
    const done = await server.send("/blocks", fields);
    return { sentence: done.sentence, undo: () => app.attempt(() => server.send(`/blocks/${done.id}/remove`)) };
  }

  async function remove(block) {
    const done = await server.send(`/blocks/${block.id}/remove`);
    return { sentence: done.sentence, undo: () => app.attempt(() => server.send(`/blocks/${block.id}/undo`)) };
  }

  function openForm() {
    const form = document.getElementById("block-form").content.firstElementChild.cloneNode(true);
    const { who, date, from, to } = form.elements;
    const now = app.now();
    const today = app.state.day === now.slice(0, 10);
    for (const each of app.board.stylists.filter((one) => app.mayBlock(one))) who.append(new Option(each.name, `staff_id:${each.id}`));
    if (app.board.resources.length && app.mayBlockAll()) {
      const group = document.createElement("optgroup");
      group.label = words.say("resources");
      for (const each of app.board.resources) group.append(new Option(each.name, `resource_id:${each.id}`));
      who.append(group);
    }
    const mine = app.onlyStylist() ?? app.board.stylists.find((each) => each.mine)?.id;
    if (mine) who.value = `staff_id:${mine}`;
    date.value = app.state.day;
    from.value = today ? `${now.slice(11, 13)}:${now.slice(14, 15)}0` : "12:00";
    to.value = `${String(Math.min(23, Number(from.value.slice(0, 2)) + 1)).padStart(2, "0")}${from.value.slice(2)}`;
    form.addEventListener("submit", (event) => send(event, form));
    app.drawer.open({ key: "block-form", title: words.say("block"), nodes: [form] });
    who.focus();
  }

  async function send(event, form) {
    event.preventDefault();
    const { who, date, from, to, reason } = form.elements;
    const wrong = form.querySelector("[data-wrong]");
    const [kind, id] = who.value.split(":");
    const fields = { [kind]: id, start: instantOf(`${date.value}T${from.value}`, config.zone), end: instantOf(`${date.value}T${to.value}`, config.zone), reason: reason.value.trim() };
    try {
      const done = await add(fields);
      app.drawer.close();
      app.toast.tell(done.sentence, done.undo);
      app.load();
    } catch (problem) {
      wrong.hidden = false;
      wrong.textContent = problem.message && problem.status ? problem.message : words.say("lost");
    }
  }

  const shown = (block) => ({ ...block, when: `${words.large(words.long(wallOf(block.start)))}, ${words.span(wallOf(block.start), wallOf(block.end))}` });
  return { add, remove, openForm, open: (block) => app.drawer.block(shown(block)) };
}
