/** The element <tng-img>; importing the module defines it. */
export class TNGImage extends HTMLElement {
  /** Loads the picture now; otherwise it loads when it comes near the part of the page that is seen. */
  load(): Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    "tng-img": TNGImage;
  }
}
