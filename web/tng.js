// Decodes .tng pictures in a web page, in workers. Documentation/Web.md tells how to use it.

import { TNGError } from "./tng-decoder.js";

export { TNGError };

/** At most this many pictures are decoded at once; where the page is cross-origin isolated, all threads work on one. */
const maximumWorkers = globalThis.crossOriginIsolated
  ? 1 : Math.min(navigator.hardwareConcurrency || 1, 4);

/** The workers, and the jobs that each has yet to answer. */
const workers = [];
let lastNumber = 0;

function startWorker() {
  const worker = new Worker(new URL("tng-worker.js", import.meta.url), { type: "module" });
  const jobs = new Map();
  const entry = { worker, jobs };
  worker.onmessage = ({ data: { number, value, failure } }) => {
    const { resolve, reject } = jobs.get(number);
    jobs.delete(number);
    if (failure) reject(new TNGError(...failure));
    else resolve(value);
  };
  worker.onerror = () => {
    workers.splice(workers.indexOf(entry), 1);
    for (const { reject } of jobs.values()) {
      reject(new TNGError("failed", "The decoder's worker could not be started."));
    }
  };
  workers.push(entry);
  return entry;
}

/** The worker with the fewest jobs; a new one while all are busy and more may be started. */
function pickWorker() {
  const idlest = [...workers].sort((a, b) => a.jobs.size - b.jobs.size)[0];
  return !idlest || (idlest.jobs.size > 0 && workers.length < maximumWorkers)
    ? startWorker() : idlest;
}

function run(job, bytes, options) {
  const { worker, jobs } = pickWorker();
  const number = ++lastNumber;
  return new Promise((resolve, reject) => {
    jobs.set(number, { resolve, reject });
    worker.postMessage({ number, job, bytes: new Uint8Array(bytes), options });
  });
}

/** What a file says of its picture. */
export function readInfo(bytes) {
  return run("readInfo", bytes);
}

/** The bytes of a file that a region needs, as pairs of start and end; of the file, the bytes up to the end of its table are enough. */
export function findRanges(head, region, scale = 1) {
  return run("findRanges", head, { region, scale });
}

/** Decodes a file to its samples, as RGBA. */
export async function decode(bytes, options) {
  const { data, width, height } = await run("decode", bytes, options);
  return new ImageData(data, width, height);
}

/** Decodes a file to a PNG file for <img>, with its colour profile. */
export function decodeToBlob(bytes, options) {
  return run("decodeToBlob", bytes, options);
}

/**
 * Decodes a download to a PNG file for <img>. While bytes are still to come, it tells what the first ones give: `onInfo(info)`
 * once, and `onCoarse(blob)` for coarser pictures.
 */
export async function decodeDownload(response, { onInfo, onCoarse, ...options } = {}) {
  const download = { chunks: [], isComplete: false };
  if (onInfo || onCoarse) showEarly(download, onInfo, onCoarse, options);
  try {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      download.chunks.push(part.value);
    }
  } finally {
    download.isComplete = true;
  }
  return decodeToBlob(await new Blob(download.chunks).arrayBuffer(), options);
}

async function showEarly(download, onInfo, onCoarse, options) {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  let hasInfo = false;
  let shown = 0;
  for (await pause(); !download.isComplete; await pause()) {
    const bytes = await new Blob(download.chunks).arrayBuffer();
    // A picture from a few bytes more would look the same.
    if (bytes.byteLength < 1.25 * shown || bytes.byteLength === 0) continue;
    shown = bytes.byteLength;
    try {
      if (!hasInfo) onInfo?.(await readInfo(bytes));
      hasInfo = true;
      const coarse = onCoarse && (await decodeToBlob(bytes, { ...options, allowsPartial: true }));
      if (coarse && !download.isComplete) onCoarse(coarse);
    } catch {
      // Too little has arrived; a file that is wrong shows when it is complete.
    }
  }
}

/**
 * Lets plain <img src="photo.tng"> work, by a service worker. Pictures that the page asked for before it was at work are
 * loaded again.
 */
export async function showImages(script = "/tng-service-worker.js") {
  await navigator.serviceWorker.register(script, { type: "module" });
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
  }
  for (const image of document.images) {
    const isPicture = new URL(image.src, document.baseURI).pathname.endsWith(".tng");
    if (isPicture && image.complete && image.naturalWidth === 0) image.src = image.src;
  }
}
