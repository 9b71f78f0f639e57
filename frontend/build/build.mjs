// Builds what the browser gets: hashed style sheets, scripts and fonts, an icon sprite, and a
// manifest that tells the server their names. Run by `npm run build`; writes only `web/static/dist`.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildFonts } from "./fonts.mjs";
import { buildSprite, CONSOLE_ICONS, ICONS, OPS_ICONS } from "./icons.mjs";

const frontend = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(frontend, "node_modules");
const dist = resolve(frontend, "../src/openchair/web/static/dist");
const out = `${dist}.next`; // takes the place of the former build at once, when it is complete

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const fonts = await buildFonts({ modules, out });
const files = await bundle();
await writeFile(join(out, "sprite.svg"), await buildSprite({ modules, icons: ICONS }));
await writeFile(join(out, "sprite-console.svg"), await buildSprite({ modules, icons: CONSOLE_ICONS }));
await writeFile(join(out, "sprite-ops.svg"), await buildSprite({ modules, icons: OPS_ICONS }));
await writeFile(join(out, "manifest.json"), JSON.stringify({ files, fonts: fonts.files }, null, 2));
await precompress();
await rm(dist, { recursive: true, force: true });
await rename(out, dist);

// Every `styles/*.css` and `scripts/*.js` at the top level is a bundle of its own.
async function bundle() {
  const entries = [];
  for (const [folder, suffix] of [["styles", ".css"], ["scripts", ".js"]]) {
    for (const name of await readdir(join(frontend, folder))) {
      if (name.endsWith(suffix)) entries.push(join(frontend, folder, name));
    }
  }
  const result = await esbuild.build({
    entryPoints: entries,
    outdir: out,
    entryNames: "[name].[hash]",
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: ["chrome111", "firefox113", "safari16.4"],
    external: ["/static/*"],
    plugins: [fontFaces(), calendarElements()],
    logLevel: "warning",
  });
  return Object.fromEntries(
    Object.entries(result.metafile.outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([path, output]) => [basename(output.entryPoint), basename(path)]),
  );
}

// `@import "generated:fonts"` in a style sheet stands for the font faces made above.
function fontFaces() {
  return {
    name: "font-faces",
    setup(build) {
      build.onResolve({ filter: /^generated:fonts$/ }, () => ({ path: "fonts", namespace: "generated" }));
      build.onLoad({ filter: /.*/, namespace: "generated" }, () => ({ contents: fonts.css, loader: "css" }));
    },
  };
}

// The calendar's component draws visits as articles that are buttons, which ARIA in HTML 4.2 does not
// allow, and skips two levels of headings. Fails when a new version of it writes them differently.
function calendarElements() {
  return {
    name: "calendar-elements",
    setup(build) {
      build.onLoad({ filter: /@event-calendar[\\/]core[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
        let contents = await readFile(path, "utf8");
        for (const [theirs, ours] of [["article", "div"], ["h4", "h2"]]) {
          if (!contents.includes(`<${theirs}`)) throw new Error(`${path} has no <${theirs}> any more`);
          contents = contents.replaceAll(`<${theirs}`, `<${ours}`).replaceAll(`</${theirs}>`, `</${ours}>`);
        }
        return { contents, loader: "js" };
      });
    },
  };
}

async function precompress() {
  for (const name of await readdir(out)) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const bytes = await readFile(join(out, name));
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    await writeFile(join(out, `${name}.br`), brotli);
    await writeFile(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}
