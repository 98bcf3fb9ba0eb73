// Checks one build of the decoder against Tests/Conformance. Prints a line for each file that differs, and fails if there is one.
//
// usage: node conformance.mjs <dist> <wasm file> <weights file>

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [dist, build, weights] = process.argv.slice(2);
const folder = fileURLToPath(new URL("../../Tests/Conformance", import.meta.url));
const { Decoder } = await import(pathToFileURL(resolve(dist, "tng-decoder.js")));
const decoder = new Decoder(new WebAssembly.Module(readFileSync(join(dist, build))));
decoder.loadModel(new Uint8Array(readFileSync(weights)));

const effects = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0x82f63b78 : byte >>> 1;
  return byte;
});

// CRC-32C in eight hexadecimal digits.
function check(samples) {
  const state = samples.reduce((crc, byte) => effects[(crc ^ byte) & 255] ^ (crc >>> 8), -1);
  return (~state >>> 0).toString(16).padStart(8, "0");
}

// What a list says of a file: the picture, or the sentence of the error.
function summary(file, allowsPartial) {
  try {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    const { width, height, channels } = decoder.readInfo(bytes);
    const { samples } = decoder.decode(bytes, { allowsPartial, maximumPixels: 2 ** 28 });
    return `${width} ${height} ${channels} ${check(samples)}`;
  } catch ({ message }) {
    return message;
  }
}

let files = 0;
for (const [list, from] of [["good", "good"], ["bad", "bad"], ["partial", "bad"]]) {
  for (const line of readFileSync(join(folder, `${list}.txt`), "utf8").trimEnd().split("\n")) {
    const [, name, expected] = line.match(/^(\S+) (.*)$/);
    const found = summary(join(from, name), list === "partial");
    files += 1;
    if (found === expected) continue;
    console.log(`${name}: ${found}, and not: ${expected}`);
    process.exitCode = 1;
  }
}
console.log(`${files} lines checked`);
