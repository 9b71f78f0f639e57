// Audits a running server: node audit/run.mjs BASE_URL REPORT_FOLDER CHROMIUM. Ends with 1 when a gate
// is missed. `make audit` starts a house of its own and calls this.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { entrances, SALONS, walk } from "./pages.mjs";
import { misses, writeReport } from "./report.mjs";

const [base, folder, chromium] = process.argv.slice(2);
const MOST_RUNS = 3;
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
  ],
});
try {
  const rows = [];
  for (const { name, url } of await entrances({ base, browser })) {
    const row = await measure({ name, url });
    rows.push(row);
    console.log(Object.values(row).join("  "));
  }
  const { violations, pages } = await checkAccess();
  const version = await browser.version();
  const failures = await writeReport({ folder, rows, violations, pages, browser: version });
  for (const failure of failures) console.error(`missed: ${failure}`);
  console.log(failures.length ? `${failures.length} gates missed` : "every gate is met");
  process.exitCode = failures.length ? 1 : 0;
} finally {
  await browser.close();
}

// One run when it meets the gates; else the median of three, since a shared machine has bad moments.
async function measure({ name, url }) {
  const runs = [];
  do runs.push(await once({ name, url }));
  while (runs.length < MOST_RUNS && (runs.length > 1 || misses(runs[0]).length));
  runs.sort((a, b) => a.performance - b.performance || b.lcp - a.lcp);
  return runs[Math.floor(runs.length / 2)];
}

async function once({ name, url, tries = MOST_RUNS }) {
  const port = Number(new URL(browser.wsEndpoint()).port);
  const { lhr } = await lighthouse(url, { port, logLevel: "error", output: "json" });
  if (lhr.runtimeError) {
    if (tries === 1) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    return once({ name, url, tries: tries - 1 }); // the trace was not recorded: a busy machine
  }
  const score = (category) => Math.round(lhr.categories[category].score * 100);
  const requests = lhr.audits["network-requests"].details.items.filter((item) => item.url.startsWith("http"));
  return {
    name,
    performance: score("performance"),
    accessibility: score("accessibility"),
    "best-practices": score("best-practices"),
    seo: score("seo"),
    lcp: Math.round(lhr.audits["largest-contentful-paint"].numericValue),
    cls: Number(lhr.audits["cumulative-layout-shift"].numericValue.toFixed(4)),
    kib: Math.round(requests.reduce((sum, item) => sum + item.transferSize, 0) / 1024),
    requests: requests.length,
    foreign: requests.filter((item) => new URL(item.url).host !== new URL(base).host).length,
  };
}

async function checkAccess() {
  const violations = [];
  const pages = [];
  for (const { slug, languages } of SALONS) {
    for (const language of languages) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(PHONE);
      const look = async (step) => {
        pages.push(`${slug} ${language} ${step}`);
        await page.evaluate(axeSource);
        const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
        for (const { id, nodes } of result.violations) {
          violations.push({ page: pages.at(-1), rule: id, nodes: nodes.map((node) => node.target.join(" ")).join("; ") });
        }
      };
      await walk({ base, page, slug, language, look });
      await context.close();
    }
  }
  return { violations, pages };
}
