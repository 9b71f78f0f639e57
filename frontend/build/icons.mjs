// Inline sprites from one set, one for each face. A page names an icon by its symbol: <use href="#i-clock">.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const ICONS = [
  "arrow-left", "arrow-right", "calendar", "calendar-plus", "calendar-x", "check", "chevron-left",
  "chevron-right", "circle-alert", "clock", "external-link", "globe", "hourglass", "info", "mail",
  "map-pin", "navigation", "phone", "plus", "rotate-ccw", "shield-check", "star", "user", "users", "x",
];

// What the console needs besides. Salon pages do without, as clients load them over the telephone.
export const CONSOLE_ICONS = [
  ...ICONS, "armchair", "ban", "camera", "chart-line", "chevron-down", "chevron-up", "clipboard-list", "copy", "download", "ellipsis", "file-up",
  "flask-conical", "footprints", "gauge", "gift", "grip-vertical", "history", "image", "key-round", "layers",
  "list", "log-out", "menu", "merge", "monitor-smartphone", "move", "pencil", "repeat", "scissors", "search",
  "settings", "smartphone", "store", "trash-2", "triangle-alert", "undo-2", "user-plus", "wallet", "webhook",
  "wifi-off",
];

export const OPS_ICONS = [
  "activity", "arrow-right", "bell", "bell-off", "chart-line", "check", "chevron-left", "chevron-right",
  "circle-check", "circle-help", "contact", "copy", "external-link", "info", "layers", "log-out", "mail-x",
  "menu", "octagon-alert", "phone", "printer", "rotate-ccw", "scroll-text", "search", "siren",
  "triangle-alert", "user", "wallet", "webhook", "x",
];

export async function buildSprite({ modules, icons }) {
  const symbols = await Promise.all(
    icons.map(async (name) => {
      const source = await readFile(join(modules, `lucide-static/icons/${name}.svg`), "utf8");
      const body = source.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, " ").trim();
      return `<symbol id="i-${name}" viewBox="0 0 24 24">${body}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" class="sprite" aria-hidden="true">${symbols.join("")}</svg>`;
}
