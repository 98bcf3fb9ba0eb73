// The divider of the split view: by pointer, and by keyboard as a slider.

const steps = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };

/** The part of a stage, in percent from the left, that shows the left picture. */
export class Divider {
  #value = 50;

  /** @param {() => string[]} names the names of the left and the right picture */
  constructor(stage, handle, view, names) {
    Object.assign(this, { stage, handle, names });
    handle.addEventListener("keydown", (event) => this.#moveByKey(event));
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (handle.hasPointerCapture(event.pointerId)) this.#moveTo(event);
    });
    handle.addEventListener("dblclick", (event) => event.stopPropagation());
    // A picture that fits cannot be moved, so that a pointer anywhere moves the divider.
    stage.addEventListener("pointermove", (event) => {
      if (view.zoom <= 1 && event.buttons === 1 && event.isPrimary) this.#moveTo(event);
    });
    this.show();
  }

  /** Sets the value and shows it. */
  set(value) {
    this.#value = Math.min(Math.max(value, 0), 100);
    this.show();
  }

  /** Shows the value and tells it to who cannot see it. */
  show() {
    const [left, right] = this.names();
    const percent = Math.round(this.#value);
    this.stage.style.setProperty("--split", `${this.#value}%`);
    this.handle.setAttribute("aria-valuenow", percent);
    this.handle.setAttribute(
      "aria-valuetext", `${left} on ${percent} percent, ${right} on ${100 - percent} percent`);
  }

  #moveTo(event) {
    const box = this.stage.getBoundingClientRect();
    this.set(100 * (event.clientX - box.left) / box.width);
  }

  #moveByKey(event) {
    const value = { Home: 0, End: 100 }[event.key] ?? this.#value + steps[event.key];
    if (Number.isNaN(value)) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(value);
  }
}
