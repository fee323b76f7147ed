// Bundles the browser's side into src/jishu/static/dist: every name carries its hash, manifest.json says which is which.
// Islands live in the apps and are found, not listed: `import islands from "jishu:islands"` gives {"fleet/timeline": load}.

import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = resolve(here, "../src/jishu");
const dist = join(source, "static/dist");


function folders(path) {
  return readdirSync(path)
    .map((name) => join(path, name))
    .filter((child) => statSync(child).isDirectory());
}

function islandFiles() {
  return ["platform", "apps"]
    .flatMap((side) => folders(join(source, side)))
    .flatMap((owner) => folders(owner).filter((folder) => basename(folder) === "islands"))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
}

/** Service workers run beside the page: bundles of their own, served by their app below its own address. */
const isWorker = (file) => file.endsWith(".worker.ts");

const entryPoints = [join(here, "lib/main.ts"), join(here, "styles/main.css"), ...islandFiles().filter(isWorker)];

function islandName(file) {
  return `${basename(dirname(dirname(file)))}/${basename(file, ".ts")}`;
}

const islands = {
  name: "islands",
  setup(build) {
    build.onResolve({ filter: /^jishu:islands$/ }, () => ({ path: "islands", namespace: "jishu" }));
    build.onLoad({ filter: /.*/, namespace: "jishu" }, () => ({
      contents: `export default {${islandFiles()
        .filter((file) => !isWorker(file))
        .map((file) => `${JSON.stringify(islandName(file))}: () => import(${JSON.stringify(file)})`)
        .join(",")}};`,
      resolveDir: here,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
const { metafile } = await esbuild.build({
  entryPoints,
  outdir: dist,
  absWorkingDir: here,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  minify: true,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk/[name]-[hash]",
  assetNames: "asset/[name]-[hash]",
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
  nodePaths: [join(here, "node_modules")], // islands stand outside this folder and import the same packages
  plugins: [islands],
  logLevel: "warning",
});

const manifest = Object.fromEntries(
  Object.entries(metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([file, output]) => [basename(output.entryPoint), relative(dist, resolve(here, file))]),
);
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
