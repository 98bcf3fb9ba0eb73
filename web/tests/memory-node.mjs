// Takes all memory that one build of the decoder can have, then lets it load a model; prints the name of the error.
//
// usage: node memory-node.mjs <wasm file> <weights file>

import { readFileSync } from "node:fs";

const [build, weights] = process.argv.slice(2).map((file) => readFileSync(file));
const module = new WebAssembly.Module(build);
const answers = WebAssembly.Module.imports(module).map(({ name }) => [name, () => {}]);
const { memory, malloc, tng_web_load_model: loadModel } = new WebAssembly.Instance(
  module, { tng: Object.fromEntries(answers) }).exports;
const pointer = malloc(weights.length);
new Uint8Array(memory.buffer, pointer, weights.length).set(weights);
for (let size = 1 << 30; size >= 64; size /= 2) while (malloc(size) !== 0);
try {
  loadModel(pointer, weights.length);
  console.log("no error");
} catch (error) {
  console.log(error.constructor.name);
}
