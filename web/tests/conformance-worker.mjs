// Checks one build of the decoder against Tests/Conformance in a worker of a page of the tests' web site.

import { Decoder } from "/tng/tng-decoder.js";
import { compareWithLists } from "/conformance.mjs";

async function read(address) {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

self.onmessage = async ({ data: { build, threads } }) => {
  const decoder = new Decoder(await WebAssembly.compile(await read(`/tng/${build}`)), threads);
  await decoder.ready;
  decoder.loadModel(await read("/weights.tngw"));
  self.postMessage(await compareWithLists(decoder, (file) => read(`/conformance/${file}`)));
};
