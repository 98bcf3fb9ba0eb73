/** Regions of pictures on a server, of which only the bytes are fetched that they need. */

import type { DecodeOptions, PictureInfo, Region } from "./tng.js";

/** A picture at an address. Servers that do not know ranges send the whole file, once. */
export class RemotePicture {
  /** @param options for `fetch` */
  constructor(url: string | URL, options?: RequestInit);

  /** What the file says of its picture. */
  readInfo(): Promise<PictureInfo>;

  /** Decodes a region to its samples, as RGBA. */
  decode(region: Region, options?: DecodeOptions): Promise<ImageData>;
}
