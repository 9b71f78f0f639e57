// Measures how a page felt (LCP, INP, CLS, FCP, TTFB) and tells the server when the visitor leaves.
// Loaded by `site/measure.js` and only where the visitor agreed; who takes that back sends nothing.
import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

const found = new Map();
let measuring = false;

export function measure({ agreed }) {
  if (measuring) return;
  measuring = true;
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
    on(({ name, value, rating }) => found.set(name, { name, value, rating }));
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send(agreed);
  });
}

function send(agreed) {
  if (!agreed() || found.size === 0) return;
  const body = JSON.stringify({
    page: document.documentElement.dataset.page ?? "other",
    vitals: [...found.values()],
  });
  found.clear();
  navigator.sendBeacon("/api/vitals", new Blob([body], { type: "application/json" }));
}
