// <tng-img src="photo.tng" alt="…">: an element that shows a .tng picture. Documentation/Web.md lists its attributes.

import { decodeDownload } from "./tng.js";

/** Style sheets by script, which a strict Content-Security-Policy allows. */
function styleSheet(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

const commonStyle = styleSheet(`
  :host { display: inline-block; max-inline-size: 100%; }
  :host([hidden]) { display: none; }
  img { display: block; inline-size: 100%; block-size: 100%; object-fit: inherit; }
  [hidden] { display: none; }
`);

/** Loads elements when they come near the part of the page that is seen. */
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) target.load();
  },
  { rootMargin: "50%" });

export class TNGImage extends HTMLElement {
  static observedAttributes = ["src", "alt", "width", "height"];

  #image = document.createElement("img");
  #size = styleSheet("");
  #fallback = document.createElement("slot");
  #isPlaced = false;
  #loading = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [commonStyle, this.#size];
    this.#image.part = "image";
    root.append(this.#image, this.#fallback);
  }

  connectedCallback() {
    this.#isPlaced = true;
    this.#reset();
  }

  disconnectedCallback() {
    this.#isPlaced = false;
    this.#clear();
  }

  attributeChangedCallback(name) {
    if (name === "alt") this.#image.alt = this.getAttribute("alt") ?? "";
    if (name === "src" && this.#isPlaced) this.#reset();
    if (name === "width" || name === "height") this.#setSize(this.#attributeSize());
  }

  /** Starts afresh: the picture is loaded when it is near, or at once with loading="eager". */
  #reset() {
    this.#clear();
    if (this.getAttribute("loading") === "eager") this.load();
    else observer.observe(this);
  }

  #clear() {
    observer.unobserve(this);
    this.#loading?.abort();
    this.#loading = null;
    this.#setSize(this.#attributeSize());
    this.#show(null);
  }

  /** Loads and shows the picture; then the element sends `load`, or `error`. */
  async load() {
    observer.unobserve(this);
    if (this.#loading || !this.hasAttribute("src")) return;
    const loading = (this.#loading = new AbortController());
    const ifCurrent = (body) => (value) => this.#loading === loading && body(value);
    try {
      const response = await fetch(this.getAttribute("src"), { signal: loading.signal });
      if (!response.ok) throw new Error(`${response.url} gives ${response.status}.`);
      const show = ifCurrent((blob) => this.#show(blob));
      show(await decodeDownload(response, {
        onInfo: ifCurrent((info) => this.#attributeSize() ?? this.#setSize(info)),
        onCoarse: this.hasAttribute("quality-placeholder") ? show : undefined,
      }));
      ifCurrent(() => this.dispatchEvent(new Event("load")))();
    } catch (error) {
      ifCurrent(() => this.#fail(error))();
    }
  }

  #fail(error) {
    this.#fallback.hidden = false;
    this.#image.hidden = this.childElementCount > 0;
    this.dispatchEvent(new ErrorEvent("error", { error, message: error.message }));
  }

  #show(blob) {
    URL.revokeObjectURL(this.#image.src);
    this.#image.hidden = false;
    this.#fallback.hidden = true;
    if (blob) this.#image.src = URL.createObjectURL(blob);
    else this.#image.removeAttribute("src");
  }

  /** The size that the attributes give, or undefined. */
  #attributeSize() {
    const [width, height] = ["width", "height"].map((name) => Number(this.getAttribute(name)));
    return width > 0 && height > 0 ? { width, height } : undefined;
  }

  #setSize(size) {
    this.#size.replaceSync(
      size ? `:host { inline-size: ${size.width}px; aspect-ratio: ${size.width} / ${size.height}; }` : "");
  }
}

customElements.define("tng-img", TNGImage);
