// The decoder with its models: fetched from `models/` beside this file when a picture first needs them, then kept in the browser's cache.

import { Decoder, TNGError, decoderFile } from "./tng-decoder.js";

const cacheName = "tng-models";

/**
 * The threads for one picture: where the page is cross-origin isolated, they can share memory. More would wait for one another;
 * a service worker cannot start any.
 */
const threads =
  globalThis.crossOriginIsolated && globalThis.Worker
    ? Math.min(navigator.hardwareConcurrency || 1, 8) : 1;

let decoder;

/** The decoder, fetched and compiled when it is first needed. */
function loadDecoder() {
  if (!decoder) {
    decoder = compileDecoder();
    // After a failure, the next picture tries again.
    decoder.catch(() => (decoder = undefined));
  }
  return decoder;
}

async function compileDecoder() {
  const url = new URL(decoderFile(threads), import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new TNGError("failed", `${url} gives ${response.status}.`);
  const decoder = new Decoder(await WebAssembly.compile(await response.arrayBuffer()), threads);
  await decoder.ready;
  return decoder;
}

/** What a file says of its picture. */
export async function readInfo(bytes) {
  return (await loadDecoder()).readInfo(bytes);
}

/** Decodes a file, after loading the model that it names, if that is not there yet. */
export async function decode(bytes, options) {
  const { decoder, info } = await prepare(bytes);
  return { ...info, ...decoder.decode(bytes, options) };
}

/** The bytes of a file that a region needs, by its first bytes. */
export async function findRanges(head, { region, scale }) {
  const { decoder } = await prepare(head);
  return decoder.findRanges(head, region, scale);
}

/** The decoder with the model that a file names, and what the file says. */
async function prepare(bytes) {
  const decoder = await loadDecoder();
  const info = decoder.readInfo(bytes);
  // The first bytes of a file do not name its model yet.
  const isNamed = info.model !== undefined;
  while (isNamed && !decoder.hasModel(info.model)) await loadModel(decoder, info.model);
  return { decoder, info };
}

async function loadModel(decoder, id) {
  const name = id.toString(16).padStart(8, "0");
  // One worker fetches, the others wait and then find the model in the cache.
  const locks = navigator.locks ?? { request: (_, body) => body() };
  await locks.request(`${cacheName}/${name}`, () => loadModelAlone(decoder, id, name));
}

async function loadModelAlone(decoder, id, name) {
  if (decoder.hasModel(id)) return;
  const suffix = "DecompressionStream" in globalThis ? ".gz" : "";
  const url = new URL(`models/${name}.tngw${suffix}`, import.meta.url);
  // There is no cache in insecure contexts, and some browsers refuse it in private windows.
  const cache = await globalThis.caches?.open(cacheName).catch(() => undefined);
  const cached = await cache?.match(url);
  try {
    if (cached) return await use(decoder, id, cached);
  } catch {
    await cache.delete(url);
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new TNGError("unsupported", `The picture needs the model ${name}, which is not here.`);
  }
  const copy = response.clone();
  await use(decoder, id, response);
  await cache?.put(url, copy).catch(() => undefined);
}

/** Loads a model and checks that it is the one asked for. */
async function use(decoder, id, response) {
  const bytes = await unpack(new Uint8Array(await response.arrayBuffer()));
  if (decoder.loadModel(bytes) !== id) throw new TNGError("model", "A model has another's name.");
}

/** A server may have taken off the compression already. */
async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
