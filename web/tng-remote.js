// Regions of pictures on a server, of which only the bytes are fetched that they need. Documentation/Web.md tells how to use it.

import { TNGError, decode, findRanges, readInfo } from "./tng.js";

/** The bytes to begin with: enough for the table of 2000 tiles, and for most colour profiles. */
const firstBytes = 1 << 14;

/** A picture at an address. Servers that do not know ranges send the whole file, once. */
export class RemotePicture {
  #url;
  #options;
  #tag;
  #whole;
  #head;

  /**
   * @param {string | URL} url where the file is
   * @param {RequestInit} options for `fetch`
   */
  constructor(url, options = {}) {
    this.#url = url;
    this.#options = options;
  }

  /** What the file says of its picture. */
  async readInfo() {
    return readInfo(await this.#readHead(firstBytes));
  }

  /** Decodes a region to its samples, as RGBA. */
  async decode(region, options) {
    const ranges = await this.#ranges(region, options?.scale);
    if (!this.#whole) {
      const parts = await Promise.all(ranges.map(([start, end]) => this.#read(start, end)));
      // Meanwhile the server may have sent the whole.
      if (!this.#whole) {
        const bytes = await new Blob(parts).arrayBuffer();
        return decode(bytes, { ...options, region, isExcerpt: true });
      }
    }
    return decode(this.#whole, { ...options, region });
  }

  /** The bytes that a region needs; until the head is long enough to tell, it is made longer. */
  async #ranges(region, scale) {
    for (let length = firstBytes; ; length *= 4) {
      const head = await this.#readHead(length);
      try {
        return await findRanges(head, region, scale);
      } catch (error) {
        const isShort = error instanceof TNGError && error.category === "truncated";
        if (!isShort || head.length < length || this.#whole) throw error;
      }
    }
  }

  /** The first bytes of the file, `length` of them or all that there are. */
  async #readHead(length) {
    if (!this.#whole && !(this.#head?.length >= length)) this.#head = await this.#read(0, length);
    return this.#whole ?? this.#head;
  }

  /** Bytes of the file, from `start` up to `end` or to its last. */
  async #read(start, end) {
    if (end <= this.#head?.length) return this.#head.subarray(start, end);
    const headers = new Headers(this.#options.headers);
    headers.set("Range", `bytes=${start}-${end - 1}`);
    // A file that has changed comes whole.
    if (this.#tag) headers.set("If-Range", this.#tag);
    const response = await fetch(this.#url, { ...this.#options, headers });
    if (!response.ok) throw new TNGError("failed", `${response.url} gives ${response.status}.`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const size = response.headers.get("Content-Range")?.split("/")[1];
    if (response.status !== 206 || (start === 0 && bytes.length === Number(size))) this.#whole = bytes;
    const tag = response.headers.get("ETag");
    if (tag && !tag.startsWith("W/")) this.#tag = tag;
    return bytes;
  }
}
