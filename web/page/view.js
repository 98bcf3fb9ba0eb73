// One part of a picture, seen in many panes: they zoom and move together.

/** The most screen pixels that a picture's pixel is shown with. */
const maximumScale = 16;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** What part of a picture is seen: a zoom relative to the whole fitting the first pane, and a middle. */
export class View {
  /**
   * @param {HTMLElement[]} panes the first decides what fits; all have images of the same picture
   * @param {(scale: number) => void} onChange told of CSS pixels for a pixel of the picture
   */
  constructor(panes, onChange = () => {}) {
    this.panes = panes;
    this.onChange = onChange;
    this.size = { width: 1, height: 1 };
    this.fit();
    const observer = new ResizeObserver(() => this.show());
    for (const pane of panes) {
      observer.observe(pane);
      addGestures(pane, this);
    }
  }

  /** Sets the picture's size in pixels. */
  setSize(width, height) {
    this.size = { width, height };
    this.panes[0].style.setProperty("--ratio", width / height);
    this.fit();
  }

  /** Shows the whole. */
  fit() {
    Object.assign(this, { zoom: 1, x: 0.5, y: 0.5 });
    this.show();
  }

  /** Shows a picture's pixel as one CSS pixel. */
  showActualSize() {
    this.zoomTo(1 / this.#fittingScale);
  }

  get #fittingScale() {
    const { clientWidth, clientHeight } = this.panes[0];
    return Math.min(clientWidth / this.size.width, clientHeight / this.size.height) || 1;
  }

  /** CSS pixels for a pixel of the picture. */
  get scale() {
    return this.zoom * this.#fittingScale;
  }

  /** Zooms; the point of the pane at an offset from its middle, in CSS pixels, stays where it is. */
  zoomTo(zoom, right = 0, down = 0) {
    const old = this.scale;
    const lowest = Math.min(1, 1 / this.#fittingScale);
    this.zoom = clamp(zoom, lowest, Math.max(1, maximumScale / this.#fittingScale));
    const change = 1 / old - 1 / this.scale;
    this.move(-right * change * this.scale, -down * change * this.scale);
  }

  /** Moves the picture by CSS pixels. */
  move(right, down) {
    this.x = this.#bounded(this.x - right / this.scale / this.size.width, "width", "clientWidth");
    this.y = this.#bounded(this.y - down / this.scale / this.size.height, "height", "clientHeight");
    this.show();
  }

  /** A middle that leaves no margin in the first pane, where the picture is large enough. */
  #bounded(middle, side, extent) {
    const half = this.panes[0][extent] / (2 * this.scale * this.size[side]);
    return half >= 0.5 ? 0.5 : clamp(middle, half, 1 - half);
  }

  /** Lays out the images of all panes. */
  show() {
    const { scale, size } = this;
    for (const pane of this.panes) {
      const left = place(this.x * size.width * scale, size.width * scale, pane.clientWidth);
      const top = place(this.y * size.height * scale, size.height * scale, pane.clientHeight);
      pane.classList.toggle("zoomed", this.zoom > 1);
      pane.classList.toggle("pixels", scale * devicePixelRatio >= 3);
      for (const image of pane.querySelectorAll("img")) {
        image.style.width = `${size.width * scale}px`;
        image.style.height = `${size.height * scale}px`;
        image.style.transform = `translate(${left}px, ${top}px)`;
      }
    }
    this.onChange(scale);
  }
}

/** Where an image begins in a pane that has its point `middle` in the middle, without margins. */
function place(middle, length, extent) {
  if (length <= extent) return (extent - length) / 2;
  return clamp(extent / 2 - middle, extent - length, 0);
}

function addGestures(pane, view) {
  const pointers = new Map();
  pane.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    pane.setPointerCapture(event.pointerId);
  });
  pane.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const others = [...pointers.values()].filter((other) => other !== before);
    pointers.set(event.pointerId, event);
    if (others.length === 1) pinch(view, pane, before, event, others[0]);
    else if (view.zoom > 1) view.move(event.clientX - before.clientX, event.clientY - before.clientY);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pane.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  pane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    view.zoomTo(view.zoom * Math.exp(-event.deltaY / 200), ...fromMiddle(pane, event));
  }, { passive: false });
  pane.addEventListener("dblclick", (event) => {
    view.zoomTo(2 * view.zoom, ...fromMiddle(pane, event));
  });
  pane.addEventListener("keydown", (event) => {
    if (event.target === pane && !event.ctrlKey && !event.metaKey) moveByKey(event, view);
  });
}

/** Two fingers: their distance zooms, about the point between them. */
function pinch(view, pane, before, after, other) {
  const distance = (point) =>
    Math.hypot(point.clientX - other.clientX, point.clientY - other.clientY) || 1;
  const middle = {
    clientX: (after.clientX + other.clientX) / 2, clientY: (after.clientY + other.clientY) / 2,
  };
  view.zoomTo(view.zoom * distance(after) / distance(before), ...fromMiddle(pane, middle));
}

function fromMiddle(pane, { clientX, clientY }) {
  const box = pane.getBoundingClientRect();
  return [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
}

function moveByKey(event, view) {
  const step = 48;
  const actions = {
    ArrowLeft: () => view.move(step, 0),
    ArrowRight: () => view.move(-step, 0),
    ArrowUp: () => view.move(0, step),
    ArrowDown: () => view.move(0, -step),
    "+": () => view.zoomTo(view.zoom * 1.5),
    "=": () => view.zoomTo(view.zoom * 1.5),
    "-": () => view.zoomTo(view.zoom / 1.5),
    0: () => view.fit(),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}
