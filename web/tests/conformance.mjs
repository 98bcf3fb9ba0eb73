// Checks a decoder, in a browser or under Node, against Tests/Conformance.

const effects = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0x82f63b78 : byte >>> 1;
  return byte;
});

// CRC-32C in eight hexadecimal digits.
function check(samples) {
  const state = samples.reduce((crc, byte) => effects[(crc ^ byte) & 255] ^ (crc >>> 8), -1);
  return (~state >>> 0).toString(16).padStart(8, "0");
}

// What a list says of a file: the picture in 8 bits, or the error's code and place.
function summary(decoder, bytes, allowsPartial) {
  try {
    const { samples } = decoder.decode(bytes, { allowsPartial, maximumPixels: 2 ** 28 });
    const { width, height, channels } = decoder.readInfo(bytes);
    return `${width} ${height} ${channels} ${check(samples)}`;
  } catch ({ code, part, tile, offset }) {
    return [code, part, tile, offset].map((value) => value ?? "-").join(" ");
  }
}

/** The number of files that are listed, and a sentence for each that differs. `read` gives the bytes of a file of the folder. */
export async function compareWithLists(decoder, read) {
  const result = { files: 0, differences: [] };
  decoder.loadModel(await read("small.tngw"));
  for (const [list, folder] of [["good", "good"], ["bad", "bad"], ["partial", "bad"]]) {
    const lines = new TextDecoder().decode(await read(`${list}.txt`)).trimEnd().split("\n");
    for (const line of lines) {
      const [name, ...fields] = line.split(" ");
      // This decoder gives 8 bits of every depth: the last check value.
      if (list !== "bad") fields.splice(3, 2);
      const expected = fields.join(" ");
      const found = summary(decoder, await read(`${folder}/${name}`), list === "partial");
      result.files += 1;
      if (found !== expected) result.differences.push(`${name}: ${found}, and not: ${expected}`);
    }
  }
  return result;
}
