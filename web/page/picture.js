// Pictures that people bring: what the browser can show becomes what the service can read.

/** Why a picture cannot be used: a sentence for people. */
export class PictureError extends Error {}

/**
 * The most pixels to compare on. The service takes more, but tries each format some ten times, and
 * people wait.
 */
const comfortablePixels = 1 << 20;

/** Whether a file begins as a .tng file does. */
export async function isTNG(blob) {
  const start = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  return String.fromCharCode(...start) === "\x8aTNG";
}

/**
 * A picture that the service can compare on: the file as it is, or, where it is too large or of a
 * kind that the service does not read, a PNG file of what the browser shows.
 *
 * @returns {Promise<{blob: Blob, name: string, width: number, height: number, isScaled: boolean}>}
 */
export async function readPicture(blob, name, limits) {
  const image = await load(blob, name);
  const { naturalWidth: width, naturalHeight: height } = image;
  const pixels = Math.min(limits.pixels, comfortablePixels);
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)));
  if (scale === 1 && blob.size <= limits.bytes && limits.types.includes(blob.type)) {
    return { blob, name, width, height, isScaled: false };
  }
  const drawn = draw(image, Math.max(1, Math.floor(scale * width)),
    Math.max(1, Math.floor(scale * height)));
  const png = await drawn.convertToBlob({ type: "image/png" });
  return { blob: png, name, width: drawn.width, height: drawn.height, isScaled: scale < 1 };
}

async function load(blob, name) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    if (image.naturalWidth * image.naturalHeight === 0) throw new Error("no size");
    return image;
  } catch {
    throw new PictureError(
      `“${name}” is not a picture that this browser can show, or it is too large for it.`);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function draw(image, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}
