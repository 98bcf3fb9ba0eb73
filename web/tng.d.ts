/** Decodes .tng pictures in a web page, in workers. */

/** A part of a picture, in pixels. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Settings of a decoder. */
export interface DecodeOptions {
  /** The largest picture to decode, in pixels; 2^26 when not given. */
  maximumPixels?: number;
  /** Whether a cut or damaged file gives the picture that its bytes allow instead of an error. */
  allowsPartial?: boolean;
  /** The size: 1, 1/2, 1/4 or 1/8. */
  scale?: 1 | 0.5 | 0.25 | 0.125;
  /** What to decode, in pixels of the picture at the scale: the same samples as those of the whole, for the work of as much and a margin. All when not given. */
  region?: Region;
  /** Whether the bytes are those of `findRanges` alone, one range after another. */
  isExcerpt?: boolean;
}

/** What a file says of its picture. */
export interface PictureInfo {
  width: number;
  height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  channels: 1 | 2 | 3 | 4;
  /** The quality level, 0 for the smallest file; missing if the bytes end before it. */
  level?: number;
  /** The id of the model that made the file; missing if the bytes end before it. */
  model?: number;
}

/** Why a picture could not be decoded: `message` is a sentence for people. */
export class TNGError extends Error {
  /** Whose fault it is. */
  readonly category:
    "damaged" | "truncated" | "unsupported" | "limit-exceeded" | "target" | "model" | "cancelled" | "failed";
  /** What is wrong, by the names of Documentation/Reliability.md; the category where there is no closer one. */
  readonly code: string;
  /** The part of the file in which it shows. */
  readonly part?: string;
  /** The tile in which it shows, counted in raster order. */
  readonly tile?: number;
  /** The byte at which it shows, counted from the file's start. */
  readonly offset?: number;
}

/** What a file says of its picture; the first bytes of the file are enough. */
export function readInfo(bytes: ArrayBuffer | Uint8Array): Promise<PictureInfo>;

/**
 * The bytes of a file that a region needs, as pairs of start and end, in rising order. Of the file, the bytes up to the end of its
 * table are enough; with fewer, a TNGError of the category `truncated`.
 */
export function findRanges(
  head: ArrayBuffer | Uint8Array, region: Region, scale?: DecodeOptions["scale"]): Promise<[number, number][]>;

/** Decodes a file to its samples, as RGBA. The numbers are those of the file: its colour profile is not applied. */
export function decode(
  bytes: ArrayBuffer | Uint8Array, options?: DecodeOptions): Promise<ImageData>;

/** Decodes a file to a PNG file for <img>, with its colour profile. */
export function decodeToBlob(
  bytes: ArrayBuffer | Uint8Array, options?: DecodeOptions): Promise<Blob>;

/** What to tell before a download ends. */
export interface DownloadOptions extends DecodeOptions {
  /** Called once, when the header has arrived before the rest. */
  onInfo?: (info: PictureInfo) => void;
  /** Called with coarser pictures, PNG files, from the bytes that have arrived. */
  onCoarse?: (picture: Blob) => void;
}

/** Decodes a download to a PNG file for <img>. */
export function decodeDownload(response: Response, options?: DownloadOptions): Promise<Blob>;

/** Lets plain <img src="photo.tng"> work, by the service worker at `script`. */
export function showImages(script?: string): Promise<void>;
