// The worker behind tng.js: answers one message after the other.

import { TNGError } from "./tng-decoder.js";
import { decode, findRanges, readInfo } from "./tng-models.js";
import { encodePNG } from "./tng-png.js";

const jobs = {
  readInfo,
  findRanges,
  decode: async (bytes, options) => {
    const picture = await decode(bytes, options);
    return { width: picture.width, height: picture.height, data: rgba(picture) };
  },
  decodeToBlob: async (bytes, options) => encodePNG(await decode(bytes, options)),
};

/** Samples as ImageData wants them. */
function rgba({ width, height, channels, samples }) {
  const data = new Uint8ClampedArray(4 * width * height);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const hasAlpha = channels % 2 === 0;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    data[to] = samples[from];
    data[to + 1] = samples[from + green];
    data[to + 2] = samples[from + blue];
    data[to + 3] = hasAlpha ? samples[from + channels - 1] : 255;
  }
  return data;
}

self.onmessage = async ({ data: { number, job, bytes, options } }) => {
  try {
    const value = await jobs[job](bytes, options);
    self.postMessage({ number, value }, value.data ? [value.data.buffer] : []);
  } catch (error) {
    const failure = error instanceof TNGError ? error.content : ["failed", error.message];
    self.postMessage({ number, failure });
  }
};
