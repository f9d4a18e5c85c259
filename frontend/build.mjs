/**
 * Builds what the pages load: `node build.mjs FOLDER`. Names carry the digest of their content; `manifest.json` says which
 * is which, `icons.json` holds the icons. Called by `./zhanggui` (src/zhanggui/cli/assets.py) where sources changed.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const SHEETS = ["shop", "office"];
const SCRIPTS = ["shop", "office", "chart"];

async function sheet(name) {
  const target = join(tmpdir(), `zhanggui-${process.pid}-${name}.css`);
  const tailwind = join(here, "node_modules", "@tailwindcss", "cli", "dist", "index.mjs");
  await promisify(execFile)(process.execPath, [tailwind, "-i", join(here, "src", "css", `${name}.css`), "-o", target, "--minify"], { cwd: here });
  const content = await readFile(target);
  await rm(target);
  return [`${name}.css`, content];
}

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [join(here, "src", name, "index.js")],
    bundle: true,
    format: "esm",
    target: ["chrome111", "firefox115", "safari16.4"],
    minify: true,
    legalComments: "eof",
    write: false,
    logLevel: "warning",
  });
  return [`${name}.js`, Buffer.from(built.outputFiles[0].contents)];
}

/** Icon name → what stands inside its `<svg>`. */
async function icons() {
  const folder = join(here, "node_modules", "lucide-static", "icons");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".svg"));
  const inside = async (name) => {
    const svg = await readFile(join(folder, name), "utf8");
    return [name.slice(0, -4), /<svg[^>]*>(.*)<\/svg>/s.exec(svg)[1].replace(/\s*\n\s*/g, "")];
  };
  return Object.fromEntries(await Promise.all(names.map(inside)));
}

async function write(name, content) {
  const digest = createHash("sha256").update(content).digest("base64url").replace(/[-_]/g, "").slice(0, 10);
  const extension = extname(name);
  const named = `${name.slice(0, -extension.length)}-${digest}${extension}`;
  await writeFile(join(out, named), content);
  await writeFile(join(out, `${named}.gz`), gzipSync(content, { level: 9 }));
  await writeFile(join(out, `${named}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return [name, named];
}

await mkdir(out, { recursive: true });
const built = await Promise.all([...SHEETS.map(sheet), ...SCRIPTS.map(script)]);
const names = await Promise.all(built.map(([name, content]) => write(name, content)));
await writeFile(join(out, "icons.json"), JSON.stringify(await icons()));
await writeFile(join(out, "manifest.json"), JSON.stringify(Object.fromEntries(names)));
