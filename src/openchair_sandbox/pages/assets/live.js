// Shows what is new by itself: asks every three seconds while the first page of a list is in sight.
const list = document.querySelector("[data-live]");

async function look() {
  if (document.hidden || document.querySelector("details[open]")) return;
  const answer = await fetch(list.dataset.live);
  if (!answer.ok) return;
  const found = (await answer.json())[list.dataset.list];
  const newest = found.length ? found[0].id : 0;
  const state = found.length && list.dataset.state ? found[0].status : list.dataset.state;
  if (String(newest) !== list.dataset.newest || state !== list.dataset.state) location.reload();
}

if (list) setInterval(() => look().catch(() => undefined), 3000);
