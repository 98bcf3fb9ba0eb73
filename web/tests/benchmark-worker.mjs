// Times one build of the decoder in a worker: compiling it, loading the model, the first picture and the next ones.

import { Decoder } from "/tng/tng-decoder.js";

async function read(address) {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

function timed(times, name, work) {
  const start = performance.now();
  const result = work();
  (times[name] ??= []).push(performance.now() - start);
  return result;
}

self.onmessage = async ({ data: { build, threads, pictures } }) => {
  const [code, weights, picture] = await Promise.all(
    [`/tng/${build}`, "/weights.tngw", "/picture.tng"].map(read));
  const times = {};
  const module = timed(times, "compile", () => new WebAssembly.Module(code));
  const decoder = new Decoder(module, threads);
  await decoder.ready;
  timed(times, "model", () => decoder.loadModel(weights));
  timed(times, "first", () => decoder.decode(picture));
  for (let i = 0; i < pictures; i++) timed(times, "next", () => decoder.decode(picture));
  self.postMessage(times);
};
