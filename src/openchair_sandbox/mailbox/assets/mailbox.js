// Shows new mail by itself: asks every three seconds while the first page of the list is in sight.
const list = document.querySelector("[data-live]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch("/api/mails?limit=1");
  if (!answer.ok) return;
  const { mails } = await answer.json();
  const newest = mails.length ? mails[0].id : 0;
  if (String(newest) !== list.dataset.newest) location.reload();
}

if (list) setInterval(() => look().catch(() => undefined), 3000);
