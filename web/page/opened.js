// A .tng file that someone opens: decoded here, shown alone.

import { decodeTimed } from "./decoding.js";
import { readInfo } from "./tng/tng.js";
import * as numbers from "./numbers.js";
import { fillFacts } from "./results.js";
import { View } from "./view.js";

/** Shows .tng files. */
export class OpenedSection {
  constructor() {
    this.section = document.querySelector("#opened");
    this.pane = document.querySelector("#opened-stage");
    this.image = this.pane.querySelector("img");
    this.link = document.querySelector("#save");
    this.view = new View([this.pane]);
  }

  /** Decodes a file, and gives a function that shows it. Throws a TNGError where that fails. */
  async read(file, name) {
    const bytes = await file.arrayBuffer();
    const info = await readInfo(bytes);
    const { blob, seconds } = await decodeTimed(bytes);
    const facts = [
      ["Pixels", `${info.width} × ${info.height}`],
      ["Size", numbers.bytes(file.size)],
      ["Rate", numbers.bitsPerPixel((8 * file.size) / (info.width * info.height))],
      ["Decode", numbers.seconds(seconds)],
    ];
    return () => {
      this.section.hidden = false;
      this.#show(blob, name, info);
      fillFacts(this.section.querySelector("dl"), facts);
    };
  }

  /** Hides what is shown. */
  close() {
    this.section.hidden = true;
  }

  #show(picture, name, { width, height }) {
    URL.revokeObjectURL(this.image.src);
    this.image.src = URL.createObjectURL(picture);
    this.image.alt = name;
    this.section.querySelector("h2").textContent = name;
    this.link.href = this.image.src;
    this.link.download = `${name.replace(/\.[^.]*$/, "")}.png`;
    this.view.setSize(width, height);
  }
}
