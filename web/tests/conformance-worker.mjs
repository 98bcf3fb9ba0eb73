// Checks one build of the decoder against Tests/Conformance in a worker of a page of the tests' web site.

import { Decoder } from "/tng/tng-decoder.js";
import { compareWithLists } from "/conformance.mjs";

async function read(address) {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

self.onmessage = async ({ data: { build, threads, models } }) => {
  const decoder = new Decoder(await WebAssembly.compile(await read(`/tng/${build}`)), threads);
  await decoder.ready;
  for (const name of models) decoder.loadModel(await read(`/${name}`));
  self.postMessage(await compareWithLists(decoder, (file) => read(`/conformance/${file}`)));
};
