// Bundle the app into custody/data/app, the same bytes for the same sources: names carry hashes of what is in them.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = process.argv[2] ?? join(HERE, "..", "custody", "data", "app");
const COMMON = {
  absWorkingDir: HERE, bundle: true, format: "esm", target: "es2022", minify: true, charset: "utf8", legalComments: "none",
  loader: { ".txt": "text", ".csv": "text" }, write: false, logLevel: "warning",
};

const files = new Map();
const made = await build({ ...COMMON, entryPoints: { app: "src/main.ts" }, outdir: OUT, splitting: true, entryNames: "[name]-[hash]", chunkNames: "part-[hash]", metafile: true });
for (const one of made.outputFiles) files.set(one.path.slice(OUT.length + 1), one.contents);
const script = Object.entries(made.metafile.outputs).find(([, one]) => one.entryPoint === "src/main.ts")[0].split("/").at(-1);

const style = readFileSync(join(HERE, "static", "app.css"));
const styleName = `app-${createHash("sha256").update(style).digest("hex").slice(0, 8).toUpperCase()}.css`;
files.set(styleName, style);
for (const name of ["app.webmanifest", "icon.svg"]) files.set(name, readFileSync(join(HERE, "static", name)));
const page = readFileSync(join(HERE, "static", "index.html"), "utf8").replace("@style@", styleName).replace("@script@", script);
files.set("index.html", Buffer.from(page));

const names = [...files.keys()].sort();
const whole = createHash("sha256");
for (const name of names) whole.update(name).update("\0").update(files.get(name));
const kept = ["./", ...names.filter((name) => name !== "index.html")];
const worker = await build({
  ...COMMON, entryPoints: ["src/sw.ts"], outdir: OUT, format: "iife",
  define: { FILES: JSON.stringify(kept), BUILD: JSON.stringify(whole.digest("hex").slice(0, 16)) },
});
files.set("sw.js", worker.outputFiles[0].contents);

mkdirSync(OUT, { recursive: true });
for (const name of readdirSync(OUT)) if (!files.has(name)) rmSync(join(OUT, name), { recursive: true });
for (const [name, data] of files) writeFileSync(join(OUT, name), data);
