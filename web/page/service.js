// What the page asks of tng-server. Documentation of the routes: /openapi.json.

/** Why the service did not do what it was asked: a sentence for people. */
export class ServiceError extends Error {
  /** @param {boolean} isPassing whether the same request may succeed later */
  constructor(message, isPassing) {
    super(message);
    this.name = "ServiceError";
    this.isPassing = isPassing;
  }
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError("The service cannot be reached. Is the network there?", true);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  throw new ServiceError(
    problem?.detail ?? `The service failed with the status ${response.status}.`,
    response.status >= 500 || response.status === 408);
}

const post = (address, body, signal) => ask(address, { method: "POST", body, signal });

/** The largest upload in bytes, the largest compared picture in pixels, and the media types that the service reads. */
export async function readLimits() {
  const { limits, reads } = await (await ask("v1/info")).json();
  return { bytes: limits.bodyBytes, pixels: limits.comparedPixels, types: reads };
}

/** The .tng file of a picture; quality 0 … 100. */
export async function encode(picture, quality, signal) {
  return (await post(`v1/encode?quality=${quality}`, picture, signal)).blob();
}

/** TNG and other formats on a picture, as /v1/compare gives them, with `file` as a Blob where there is one. */
export async function compare(picture, quality, formats, signal) {
  const address = `v1/compare?quality=${quality}&formats=${formats}&files=true`;
  const comparison = await (await post(address, picture, signal)).json();
  for (const row of comparison.equalBytes) {
    const bytes = Uint8Array.from(atob(row.file), (character) => character.charCodeAt(0));
    row.file = new Blob([bytes], { type: row.mediaType });
  }
  return comparison;
}
