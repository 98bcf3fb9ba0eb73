// The split view, the cards and the table of one picture.

import { decodeTimed } from "./decoding.js";
import { Divider } from "./divider.js";
import * as numbers from "./numbers.js";
import {
  Results, fillCard, fillOriginal, fillTable, makeCards, names, summary,
} from "./results.js";
import { compare, encode } from "./service.js";
import { View } from "./view.js";

/** What is asked for together: AVIF takes longest, and the others are shown before it. */
const groups = [["jpeg", "webp"], ["avif"]];

const find = (selector) => document.querySelector(selector);

/** Compares the formats on a picture at the quality of the slider. */
export class ComparisonSection {
  #picture = null;
  #work = new AbortController();
  #finished = new Map();
  /** The pictures that are shown, by format, and their addresses. */
  #blobs = {};
  #addresses = {};

  /** @param {{say: (text: string) => void, fail: (error: Error) => void}} messages */
  constructor(messages) {
    this.messages = messages;
    this.section = find("#compare");
    this.stage = find("#stage");
    this.slider = find("#quality");
    this.sides = { left: find("#left"), right: find("#right") };
    this.cards = makeCards(find("#card"), find("#cards"));
    for (const [format, card] of Object.entries(this.cards)) {
      card.querySelector("img").addEventListener("error", () => {
        card.querySelector(".note").textContent = `This browser cannot show ${names[format]}.`;
      });
    }
    const panes = Object.values(this.cards).map((card) => card.querySelector(".pane"));
    this.view = new View([this.stage, ...panes], (scale) => this.#showZoom(scale));
    this.#addChoices();
    this.divider = new Divider(this.stage, find("#divider"), this.view, () => this.#sideNames());
    this.#listen();
  }

  /** Shows a picture and begins to compare. */
  open(picture) {
    this.section.hidden = false;
    this.#picture = picture;
    this.#finished.clear();
    for (const format of Object.keys(names)) this.#setImage(format, null);
    this.#setImage("original", picture.blob);
    fillOriginal(this.cards.original, picture);
    this.view.setSize(picture.width, picture.height);
    return this.run();
  }

  /** Stops, and hides what is shown. */
  close() {
    this.#work.abort();
    this.section.hidden = true;
  }

  /** Compares at the slider's quality; what was asked before is given up. */
  async run() {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.section.setAttribute("aria-busy", "true");
    try {
      await this.#compare(Number(this.slider.value), signal);
    } catch (error) {
      if (!signal.aborted) this.messages.fail(error);
    }
    if (!signal.aborted) this.section.removeAttribute("aria-busy");
  }

  async #compare(quality, signal) {
    for (const format of Object.keys(names).slice(1)) this.cards[format].classList.add("stale");
    if (!this.#finished.has(quality)) {
      this.messages.say("Encoding as TNG …");
      const file = await encode(this.#picture.blob, quality, signal);
      const shown = await decodeTimed(await file.arrayBuffer());
      if (signal.aborted) return;
      this.#showFile(file);
      this.#setImage("tng", shown.blob);
      this.messages.say("Trying JPEG, WebP and AVIF at the same size …");
      const finished = { file, shown, results: new Results() };
      await Promise.all(groups.map(async (formats) => {
        finished.results.add(await compare(this.#picture.blob, quality, formats, signal));
        if (!signal.aborted) this.#showResults(finished);
      }));
      this.#finished.set(quality, finished);
    }
    if (signal.aborted) return;
    const finished = this.#finished.get(quality);
    this.#showFile(finished.file);
    this.#showResults(finished);
    this.messages.say(summary(finished.results));
  }

  #showFile(file) {
    find("#size").textContent = numbers.kilobytes(file.size);
    const link = find("#download");
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(file);
    link.download = `${this.#picture.name.replace(/\.[^.]*$/, "")}.tng`;
    link.hidden = false;
  }

  /** Shows the rows that are there; TNG is what this page decoded. */
  #showResults({ shown, results }) {
    const [tng] = results.equalBytes;
    for (const row of results.equalBytes) {
      this.#setImage(row.format, row === tng ? shown.blob : row.file);
      fillCard(this.cards[row.format], row, tng, row === tng ? shown.seconds : null);
      this.cards[row.format].classList.remove("stale");
    }
    fillTable(find("#rows"), results.equalQuality);
    find("#table-note").textContent =
      `The bytes that each format needs for the PSNR of TNG, ${numbers.psnr(tng.psnr)}.`;
  }

  /** Sets the picture of a format wherever it is shown; null while there is none. */
  #setImage(format, blob) {
    if (blob && this.#blobs[format] === blob) return;
    this.#blobs[format] = blob;
    URL.revokeObjectURL(this.#addresses[format]);
    this.#addresses[format] = blob ? URL.createObjectURL(blob) : "";
    const card = this.cards[format];
    card.classList.toggle("waiting", !blob);
    show(card.querySelector("img"), this.#addresses[format], `${names[format]}, a part of it`);
    if (!blob) {
      card.querySelector("dl").replaceChildren();
      card.querySelector(".note").textContent = "";
    }
    this.#showSides();
  }

  /** What is not there yet is the original so long. */
  #showSides() {
    for (const [side, select] of Object.entries(this.sides)) {
      const format = this.#addresses[select.value] ? select.value : "original";
      const text = names[format] + (format === select.value ? "" : ` (${names[select.value]} to come)`);
      show(this.stage.querySelector(`.layer.${side} img`), this.#addresses[format],
        `${text}, on the ${side}`);
      this.stage.querySelector(`.tag.${side}`).textContent = text;
    }
    this.divider?.show();
  }

  #sideNames() {
    return [names[this.sides.left.value], names[this.sides.right.value]];
  }

  #addChoices() {
    for (const [side, first] of [["left", "jpeg"], ["right", "tng"]]) {
      const options = Object.entries(names).map(([format, name]) => new Option(name, format));
      this.sides[side].append(...options);
      this.sides[side].value = first;
      this.sides[side].addEventListener("change", () => this.#showSides());
    }
  }

  #listen() {
    const show = () => (find("#quality-value").textContent = `Quality ${this.slider.value}`);
    let pause;
    this.slider.addEventListener("input", show);
    this.slider.addEventListener("change", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.run(), 250);
    });
    show();
    const actions = {
      in: () => this.view.zoomTo(1.5 * this.view.zoom),
      out: () => this.view.zoomTo(this.view.zoom / 1.5),
      fit: () => this.view.fit(),
      actual: () => this.view.showActualSize(),
    };
    for (const button of this.section.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", actions[button.dataset.zoom]);
    }
  }

  #showZoom(scale) {
    find("#zoom").textContent = `${Math.round(100 * scale)} %`;
  }
}

/** Shows a picture without a moment of nothing between it and the one before. */
function show(image, address, description) {
  image.hidden = !address;
  if (!address) image.removeAttribute("src");
  else if (image.src !== address) image.src = address;
  image.alt = description;
}
