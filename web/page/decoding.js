// Decodes .tng files in the page.

import { decodeToBlob } from "./tng/tng.js";

let isLoaded = false;

/** The picture of a file as a PNG file, and the seconds that this took once the decoder was there. Throws a TNGError. */
export async function decodeTimed(bytes) {
  if (!isLoaded) await decodeToBlob(bytes);
  isLoaded = true;
  const start = performance.now();
  const blob = await decodeToBlob(bytes);
  return { blob, seconds: (performance.now() - start) / 1000 };
}
