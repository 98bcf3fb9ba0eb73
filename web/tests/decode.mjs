// Decodes files by one build of the decoder, without a browser. Writes each as a PNG file into a folder, and prints a line of
// JSON for each: what the file says, and the SHA-256 of its samples; or what is wrong with it. A region is decoded from the bytes that
// it needs.
//
// usage: node decode.mjs <dist> <wasm file> <weights file> <folder> [--partial | --region=x,y,w,h,scale] <file>...

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, build, weights, folder, ...rest] = process.argv.slice(2);
const { Decoder } = await import(pathToFileURL(resolve(dist, "tng-decoder.js")));
const { encodePNG } = await import(pathToFileURL(resolve(dist, "tng-png.js")));
const decoder = new Decoder(new WebAssembly.Module(readFileSync(join(dist, build))));
const allowsPartial = rest[0] === "--partial";
const numbers = rest[0].startsWith("--region=") ? rest[0].slice(9).split(",").map(Number) : undefined;
const scale = numbers?.[4] ?? 1;
const region = numbers && { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] };

function decode(bytes) {
  const info = decoder.readInfo(bytes);
  if (!decoder.hasModel(info.model)) decoder.loadModel(new Uint8Array(readFileSync(weights)));
  const start = performance.now();
  const picture = { ...info, ...decodePart(bytes) };
  return { picture, milliseconds: performance.now() - start };
}

function decodePart(bytes) {
  if (!region) return decoder.decode(bytes, { allowsPartial });
  const ranges = decoder.findRanges(bytes, region, scale);
  const excerpt = Buffer.concat(ranges.map(([start, end]) => bytes.subarray(start, end)));
  return decoder.decode(excerpt, { scale, region, isExcerpt: true });
}

for (const file of rest.filter((argument) => !argument.startsWith("--"))) {
  try {
    const { picture, milliseconds } = decode(new Uint8Array(readFileSync(file)));
    const { samples, profile, ...info } = picture;
    const png = await encodePNG(picture).arrayBuffer();
    writeFileSync(join(folder, `${basename(file, ".tng")}.png`), new Uint8Array(png));
    const sha256 = createHash("sha256").update(samples).digest("hex");
    console.log(JSON.stringify({ ...info, sha256, milliseconds }));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }
}
