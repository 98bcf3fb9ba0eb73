// What came out of a comparison, in cards and a table.

import * as numbers from "./numbers.js";

/** The formats in the order of the page. */
export const names = {
  original: "Original", tng: "TNG", jpeg: "JPEG", webp: "WebP", avif: "AVIF",
};

const order = Object.keys(names);

/** The rows of one picture at one quality, TNG's first; they arrive in parts. */
export class Results {
  equalBytes = [];
  equalQuality = [];

  /** Adds the rows of formats that are not here yet. */
  add(comparison) {
    for (const rows of ["equalBytes", "equalQuality"]) {
      const isNew = ({ format }) => !this[rows].some((row) => row.format === format);
      this[rows].push(...comparison[rows].filter(isNew));
      this[rows].sort((a, b) => order.indexOf(a.format) - order.indexOf(b.format));
    }
  }
}

/** One card for each format, by its key. */
export function makeCards(template, parent) {
  const cards = {};
  for (const [format, name] of Object.entries(names)) {
    const card = template.content.cloneNode(true).firstElementChild;
    card.dataset.format = format;
    card.querySelector("h3").textContent = name;
    parent.append(card);
    cards[format] = card;
  }
  return cards;
}

/** Fills a list with terms and what they are, in pairs. */
export function fillFacts(list, pairs) {
  list.replaceChildren(...pairs.map(([term, value]) => {
    const pair = document.createElement("div");
    pair.append(textElement("dt", term), textElement("dd", value));
    return pair;
  }));
}

/** What is known of the original. */
export function fillOriginal(card, { blob, width, height }) {
  fillFacts(card.querySelector("dl"), [
    ["Size", numbers.bytes(blob.size)],
    ["Rate", numbers.bitsPerPixel((8 * blob.size) / (width * height))],
    ["Pixels", `${width} × ${height}`],
  ]);
}

/** What was measured of a format at equal bytes; `pageSeconds` is how long this page took to decode it. */
export function fillCard(card, row, tng, pageSeconds) {
  const facts = [
    ["Size", numbers.bytes(row.bytes)],
    ["Rate", numbers.bitsPerPixel(row.bitsPerPixel)],
    ["PSNR", numbers.psnr(row.psnr)],
    ["MS-SSIM", numbers.msSSIM(row.msSSIM)],
    ["SSIMULACRA2", numbers.ssimulacra2(row.ssimulacra2)],
    ["Encode", numbers.seconds(row.encodeSeconds)],
    ["Decode", numbers.seconds(row.decodeSeconds)],
  ];
  if (pageSeconds) facts.push(["In this page", numbers.seconds(pageSeconds)]);
  fillFacts(card.querySelector("dl"), facts);
  card.querySelector(".note").textContent = note(row, tng);
}

function note(row, tng) {
  if (!row.reachesTarget) return "It has no larger file.";
  return row.quality === 1 && row.bytes > 1.05 * tng.bytes ? "It has no smaller file." : "";
}

/** The table of how many bytes each format needs for the quality of TNG. */
export function fillTable(body, rows) {
  const [tng] = rows;
  const most = Math.max(...rows.map((row) => row.bytes));
  body.replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    line.dataset.format = row.format;
    line.style.setProperty("--share", row.bytes / most);
    const heading = textElement("th", names[row.format]);
    heading.scope = "row";
    line.append(heading, ...[
      numbers.bytes(row.bytes),
      row === tng ? "—" : comparison(row, tng),
      numbers.psnr(row.psnr), numbers.msSSIM(row.msSSIM), numbers.ssimulacra2(row.ssimulacra2),
      String(row.quality),
    ].map((text) => textElement("td", text)));
    return line;
  }));
}

function comparison(row, tng) {
  return row.reachesTarget ? numbers.difference(row.bytes, tng.bytes) : "does not reach it";
}

/** A sentence for the live region. */
export function summary({ equalBytes, equalQuality }) {
  const [tng, ...others] = equalBytes;
  const decibels = others.map((row) => `${names[row.format]} ${numbers.psnr(row.psnr)}`).join(", ");
  const sizes = equalQuality.slice(1)
    .map((row) => `${names[row.format]} ${numbers.bytes(row.bytes)}`).join(", ");
  return `TNG takes ${numbers.bytes(tng.bytes)} and has ${numbers.psnr(tng.psnr)}. At equal bytes: ` +
    `${decibels}. At equal PSNR: ${sizes}.`;
}

function textElement(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
