// Writes what was measured: a table for people (Markdown) and the same for machines (JSON).
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export const GATES = {
  performance: { least: 98 },
  accessibility: { least: 100 },
  "best-practices": { least: 100 },
  seo: { least: 100 },
  lcp: { most: 1500, unit: "ms" },
  cls: { most: 0.0005 },
  kib: { most: 120, unit: "KiB" },
  requests: { most: 10 },
  foreign: { most: 0 },
};

export function misses(row) {
  return Object.entries(GATES)
    .filter(([name, { least, most }]) => row[name] < (least ?? -Infinity) || row[name] > (most ?? Infinity))
    .map(([name]) => `${row.name}: ${name} is ${row[name]}`);
}

export async function writeReport({ folder, rows, violations, pages, browser }) {
  const failures = [...rows.flatMap(misses), ...violations.map((v) => `${v.page}: axe ${v.rule} (${v.nodes})`)];
  await writeFile(
    join(folder, "audit.json"),
    `${JSON.stringify({ gates: GATES, rows, axe: { pages, violations }, failures }, null, 2)}\n`,
  );
  await writeFile(join(folder, "audit.md"), markdown({ rows, violations, pages, browser, failures }));
  return failures;
}

function markdown({ rows, violations, pages, browser, failures }) {
  const columns = ["name", ...Object.keys(GATES)];
  const heads = ["page", "performance", "accessibility", "best practices", "SEO", "LCP ms", "CLS", "KiB", "requests", "other hosts"];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return `# Audit of the public pages

Written by \`make audit\`. Lighthouse's mobile profile (simulated slow 4G, processor four times
slower) on the pages a visitor may see first, with an empty cache; the median run of up to three.
axe-core on every page of a whole booking at 390 px, error pages included. ${browser}

${line(heads)}
${line(heads.map((_, index) => (index ? "--:" : "---")))}
${rows.map((row) => line(columns.map((name) => row[name]))).join("\n")}

Gates: performance at least 98, the other three 100; LCP at most 1500 ms; CLS 0; at most 120 KiB and
10 requests, none of them to another host.

axe: ${pages.length} pages, ${violations.length} violations (WCAG 2.2 A and AA, best practices).

${failures.length ? `Misses:\n\n${failures.map((text) => `- ${text}`).join("\n")}` : "Every gate is met."}
`;
}
