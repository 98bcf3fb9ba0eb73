// Checks one build of the decoder against Tests/Conformance under Node, and prints what compareWithLists finds as JSON.
//
// usage: node conformance-node.mjs <dist> <wasm file> <weights file>...

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { compareWithLists } from "./conformance.mjs";

const [dist, build, ...weights] = process.argv.slice(2);
const folder = fileURLToPath(new URL("../../Tests/Conformance", import.meta.url));
const read = (file) => new Uint8Array(readFileSync(file));
const { Decoder } = await import(pathToFileURL(resolve(dist, "tng-decoder.js")));
const decoder = new Decoder(new WebAssembly.Module(read(join(dist, build))));
for (const file of weights) decoder.loadModel(read(file));
console.log(JSON.stringify(await compareWithLists(decoder, (file) => read(join(folder, file)))));
