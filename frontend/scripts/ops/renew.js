// Renews `main[data-live]` every so many seconds while somebody looks at it, and leaves it alone while
// they type, read something they opened, or mark words.
let enhanceAgain = () => {};
let timer = 0;

export function renewPage({ afterRenewal }) {
  enhanceAgain = afterRenewal;
  schedule();
  document.addEventListener("visibilitychange", () => document.hidden || renew());
}

function schedule() {
  const seconds = Number(document.querySelector("main[data-live]")?.dataset.live ?? 0);
  clearTimeout(timer);
  if (seconds) timer = setTimeout(renew, seconds * 1000);
}

function isInUse(main) {
  const focused = document.activeElement;
  return (
    (focused !== main && main.contains(focused)) ||
    Boolean(main.querySelector("details[open]")) ||
    !document.getSelection().isCollapsed
  );
}

async function renew() {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  if (!document.hidden && !isInUse(main)) {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10_000) });
      if (response.redirected) return location.assign(response.url);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("main");
      if (!fresh?.hasAttribute("data-live")) return location.reload();
      if (!isInUse(main)) {
        main.replaceWith(fresh);
        document.title = page.title;
        enhanceAgain();
      }
    } catch {
      // The network is away: what is shown stays, and the next turn tries again.
    }
  }
  schedule();
}
