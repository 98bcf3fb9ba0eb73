// Decoded samples as a PNG file, without compression: for <img>, which takes no samples.

const crcTable = new Uint32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = crcTable[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return ~value;
}

function adler32(bytes) {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 4096) {
    const end = Math.min(start + 4096, bytes.length);
    for (let i = start; i < end; i++) b += a += bytes[i];
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

/** A zlib stream (RFC 1950) of stored blocks. */
function zlib(bytes) {
  const longest = 65535;
  const blocks = Math.max(Math.ceil(bytes.length / longest), 1);
  const stream = new Uint8Array(2 + 5 * blocks + bytes.length + 4);
  const view = new DataView(stream.buffer);
  view.setUint16(0, 0x7801);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * longest, (block + 1) * longest);
    view.setUint8(at, block + 1 === blocks ? 1 : 0);
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length, true);
    stream.set(part, at + 5);
    at += 5 + part.length;
  }
  view.setUint32(at, adler32(bytes));
  return stream;
}

function chunk(type, ...parts) {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(12 + count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count);
  bytes.set(new TextEncoder().encode(type), 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(bytes.subarray(4, at)));
  return bytes;
}

function header({ width, height, channels }) {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes.set([8, [0, 4, 2, 6][channels - 1]], 8);
  return bytes;
}

/** Each row after the number of its filter: none. */
function rows({ width, height, channels, samples }) {
  const stride = width * channels;
  const bytes = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    bytes.set(samples.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  return bytes;
}

/** The PNG file of a decoded picture, with its colour profile. */
export function encodePNG(picture) {
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header(picture)),
  ];
  if (picture.profile) {
    parts.push(chunk("iCCP", new TextEncoder().encode("ICC\0\0"), zlib(picture.profile)));
  }
  parts.push(chunk("IDAT", zlib(rows(picture))), chunk("IEND"));
  return new Blob(parts, { type: "image/png" });
}
