// usage: node unpack.mjs TARGET — unpacks the browser of the package into TARGET, for machines where nobody is root.

import { spawnSync } from "node:child_process";
import { chmodSync, createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const packed = new URL("node_modules/@sparticuz/chromium/bin/", import.meta.url);
const target = process.argv[2];

async function decompress(name) {
  const file = join(target, name);
  await pipeline(createReadStream(new URL(`${name}.br`, packed)), createBrotliDecompress(), createWriteStream(file));
  return file;
}

mkdirSync(target, { recursive: true });
chmodSync(await decompress("chromium"), 0o755);
// The software renderer must lie beside the program; the shared libraries go to lib/.
for (const name of ["swiftshader.tar", "al2023.tar"]) {
  const { status } = spawnSync("tar", ["-xf", await decompress(name), "-C", target], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
