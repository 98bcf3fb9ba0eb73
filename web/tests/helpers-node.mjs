// Starts a decoder with more helpers than its memory has stacks for; prints, as JSON, the stack that each helper got. Node has
// no workers of the browsers' kind: those here only answer.
//
// usage: node helpers-node.mjs <dist> <helpers> <bytes of memory>

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, helpers, bytes] = process.argv.slice(2);
const stacks = [];

globalThis.Worker = class {
  postMessage({ stack }) {
    stacks.push(stack);
    setImmediate(() => this.onmessage());
  }
};

const { Memory } = WebAssembly;
WebAssembly.Memory = function (limits) {
  return new Memory({ ...limits, maximum: bytes / 65536 });
};

const { Decoder } = await import(pathToFileURL(resolve(dist, "tng-decoder.js")));
const module = new WebAssembly.Module(readFileSync(join(dist, "tng-threads.wasm")));
await new Decoder(module, Number(helpers) + 1).ready;
console.log(JSON.stringify(stacks));
