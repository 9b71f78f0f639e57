// Keeps the day that was seen last, for when there is no network: read-only, and saying so. What is
// kept leaves the device with the log-out. Nothing else of the console is ever kept, except the style
// sheets, scripts and fonts, whose names change with their content.
const DAY = "openchair-day";
const STATIC = "openchair-static";
const MOST_STATIC = 60;
const WAIT = 8000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) return event.respondWith(fromStatic(event.request));
  if (event.request.mode !== "navigate") return;
  if (event.request.method === "POST") {
    if (url.pathname === "/console/log-out") event.waitUntil(caches.delete(DAY));
    return;
  }
  if (event.request.method === "GET" && url.pathname.startsWith("/console")) event.respondWith(visit(event, url));
});

async function visit(event, url) {
  try {
    const answer = await fetch(event.request, { signal: AbortSignal.timeout(WAIT) });
    if (answer.redirected && new URL(answer.url).pathname === "/console/log-in") event.waitUntil(caches.delete(DAY));
    else if (answer.ok && isDay(url)) event.waitUntil(keepDay(url));
    return answer;
  } catch (error) {
    const kept = await (await caches.open(DAY)).match("/console/day-seen-last");
    if (!kept) throw error;
    const page = (await kept.text()).replace("<body ", "<body data-offline ");
    return new Response(page, { headers: kept.headers });
  }
}

function isDay(url) {
  return /^\/console\/[^/]+\/(calendar|day)$/.test(url.pathname);
}

// The day's list holds all of the day without a script, whichever page it was seen on.
async function keepDay(url) {
  const [, , salon] = url.pathname.split("/");
  const date = url.searchParams.get("date");
  const answer = await fetch(`/console/${salon}/day${date ? `?date=${encodeURIComponent(date)}` : ""}`);
  if (!answer.ok || answer.redirected) return;
  const page = await answer.text();
  await (await caches.open(DAY)).put("/console/day-seen-last", new Response(page, { headers: answer.headers }));
  const looks = await caches.open(STATIC);
  for (const [address] of page.matchAll(/\/static\/[^"]+\.(?:css|woff2)/g)) {
    if (!(await looks.match(address))) await looks.add(address);
  }
}

async function fromStatic(request) {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_STATIC)).map((key) => cache.delete(key)));
  }
  return answer;
}
