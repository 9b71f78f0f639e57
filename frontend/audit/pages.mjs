// Which pages are audited, and how a visitor reaches those that have no fixed address.
export const SALONS = [
  { slug: "schnittwerk", languages: ["de", "uk"] },
  { slug: "mariia-hub", languages: ["pl", "en"] },
];

// Pages that a search engine leads to: these get Lighthouse.
export async function entrances({ base, browser }) {
  const found = [{ name: "front door", url: `${base}/` }];
  for (const { slug, languages } of SALONS) {
    for (const language of languages) {
      const home = `${base}/${slug}/${language}`;
      found.push({ name: `${slug} ${language} home`, url: home });
    }
    const book = `${base}/${slug}/${languages[0]}/book`;
    const service = await firstService({ browser, book });
    found.push({ name: `${slug} services`, url: `${book}?service=${service}` });
    found.push({ name: `${slug} times`, url: `${book}/time?service=${service}&staff=any` });
  }
  return found;
}

async function firstService({ browser, book }) {
  const page = await browser.newPage();
  await page.goto(book);
  const link = await page.$eval("a[href*='service=']", (a) => a.href);
  await page.close();
  return new URL(link).searchParams.get("service");
}

// Walks through a whole booking and calls `look` on every page, errors included.
export async function walk({ base, page, slug, language, look }) {
  const tap = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const swap = async (selector) => {
    const before = page.url();
    await page.click(selector);
    await page.waitForFunction((old) => location.href !== old, {}, before);
    await page.waitForNetworkIdle();
  };
  await page.goto(`${base}/${slug}/${language}`);
  await look("home");
  await Promise.all([page.waitForNavigation(), page.$$eval(".menu-item", (items) => items[1].click())]);
  await look("services");
  await tap(".basket .button");
  await look("person");
  await swap(".choice-anyone");
  await look("times");
  await Promise.all([page.waitForNavigation(), page.$$eval(".chip-time", (chips) => chips.at(-1).click())]);
  await look("details");
  await tap("form.details button.button");
  await look("details with errors");
  await page.type("#name", "Audit Audit");
  await page.type("#email", `audit-${slug}-${language}-${Date.now()}@example.org`);
  await page.click("#terms");
  await tap("form.details button.button");
  await look("confirmation");
  const visit = page.url().split("?")[0];
  await page.goto(`${visit}/move`);
  await look("move");
  await page.goto(`${visit}/cancel`);
  await look("cancel");
  await tap("form.details button.button");
  await look("cancelled");
  await page.goto(`${base}/${slug}/${language}/nothing/here`);
  await look("not found");
}
