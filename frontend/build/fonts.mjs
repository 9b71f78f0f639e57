// Self-hosted fonts, cut to the scripts and weights the pages use. A visitor loads the files of
// one language; `fallback` faces borrow a local font with the same metrics so nothing moves.
import { readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import subsetFont from "subset-font";

// Metrics: each family's own, divided by the size adjustment that gives both the same average width.
export const FAMILIES = {
  "inter-tight": {
    weights: [400, 800],
    fallback: { local: ["Arial", "Liberation Sans", "Roboto"], size: 96.91, ascent: 100, descent: 24.9 },
  },
  mulish: {
    plain: true, // has no tabular or lining figures that would be worth their bytes
    weights: [400, 700],
    fallback: { local: ["Arial", "Liberation Sans", "Roboto"], size: 104.86, ascent: 95.8, descent: 23.8 },
  },
  cormorant: {
    weights: [500, 500],
    fallback: { local: ["Times New Roman", "Liberation Serif", "Noto Serif"], size: 97.6, ascent: 94.7, descent: 29.4 },
  },
};

// The rest of Latin Extended is rare here and falls back to the visitor's own font.
const SCRIPTS = {
  latin: {
    from: "latin",
    ranges: [
      [0x20, 0x7e], [0xa0, 0xa0], [0xa7, 0xa7], [0xa9, 0xa9], [0xab, 0xab], [0xb0, 0xb0], [0xb4, 0xb4], [0xb7, 0xb7],
      [0xbb, 0xbb], [0xc0, 0xff], [0x2013, 0x2014], [0x2018, 0x201e], [0x2026, 0x2026], [0x20ac, 0x20ac],
      [0x2190, 0x2192], [0x2212, 0x2212],
    ],
  },
  polish: {
    from: "latin-ext",
    ranges: [[0x104, 0x107], [0x118, 0x119], [0x141, 0x144], [0x15a, 0x15b], [0x179, 0x17c]],
  },
  "latin-ext": {
    from: "latin-ext",
    ranges: [[0x100, 0x103], [0x108, 0x117], [0x11a, 0x140], [0x145, 0x159], [0x15c, 0x178], [0x17d, 0x17f]],
  },
  cyrillic: { from: "cyrillic", ranges: [[0x400, 0x45f], [0x490, 0x491], [0x2116, 0x2116]] },
};

export async function buildFonts({ modules, out }) {
  const files = {};
  const faces = [];
  for (const [family, { weights, fallback, plain = false }] of Object.entries(FAMILIES)) {
    files[family] = {};
    for (const [script, { from, ranges }] of Object.entries(SCRIPTS)) {
      const source = join(modules, `@fontsource-variable/${family}/files/${family}-${from}-wght-normal.woff2`);
      const font = await subsetFont(await readFile(source), characters(ranges), {
        targetFormat: "woff2",
        noLayoutClosure: plain,
        variationAxes: { wght: weights[0] === weights[1] ? weights[0] : { min: weights[0], max: weights[1] } },
      });
      const name = `${family}-${script}.${digest(font)}.woff2`;
      await writeFile(join(out, name), font);
      files[family][script] = name;
      faces.push(face({ family, name, weights, ranges }));
    }
    faces.push(fallbackFace(family, fallback));
  }
  return { files, css: faces.join("\n") };
}

function characters(ranges) {
  return ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)))
    .join("");
}

function face({ family, name, weights, ranges }) {
  const hex = (point) => point.toString(16).toUpperCase().padStart(4, "0");
  const range = ranges.map(([first, last]) => (first === last ? `U+${hex(first)}` : `U+${hex(first)}-${hex(last)}`));
  return `@font-face{font-family:"${family}";font-weight:${[...new Set(weights)].join(" ")};font-display:swap;src:url("/static/${name}") format("woff2");unicode-range:${range.join(",")}}`;
}

function fallbackFace(family, { local, size, ascent, descent }) {
  const sources = local.map((name) => `local("${name}")`).join(",");
  return `@font-face{font-family:"${family} fallback";src:${sources};size-adjust:${size}%;ascent-override:${ascent}%;descent-override:${descent}%;line-gap-override:0%}`;
}

export function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 10);
}
