// Shows times on the reader's own clock, and says when the page is old. The page works without it.
(() => {
  const me = document.currentScript;
  const { root, language } = me.dataset;
  const every = Number(me.dataset.every) || 15;
  const options = {
    moment: { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
    clock: { hour: "2-digit", minute: "2-digit" },
  };
  const locale = language === "en" ? "en-GB" : language;

  function show(time) {
    const at = new Date(time.dateTime);
    time.textContent = new Intl.DateTimeFormat(locale, options[time.dataset.kind]).format(at);
    time.title = at.toISOString();
  }

  document.querySelectorAll("time[data-kind]").forEach(show);
  const zone = document.getElementById("zone");
  zone.textContent = zone.dataset.local;

  const old = document.getElementById("old");
  const checked = document.querySelector("#checked time");
  let checkedAt = checked ? Date.parse(checked.dateTime) : 0;
  const { version } = me.dataset;
  let ahead = 0; // how far the reader's clock is ahead of the server's, in milliseconds

  async function look() {
    try {
      const answer = await fetch(`${root}stamp.json`, { cache: "no-store" });
      const stamp = await answer.json();
      const theirs = Date.parse(answer.headers.get("date"));
      if (theirs) ahead = Date.now() - theirs;
      checkedAt = Date.parse(stamp.checked_at);
      if (checked) {
        checked.dateTime = stamp.checked_at;
        show(checked);
      }
      const typed = document.querySelector("input[type=email]")?.value;
      if (version !== stamp.version && !typed) location.reload();
    } catch {
      // Nobody answers: the time since the last look says so below.
    }
    old.hidden = !checkedAt || Date.now() - ahead - checkedAt < (3 * every + 5) * 1000;
  }

  look();
  setInterval(look, Math.max(every, 5) * 1000);
})();
