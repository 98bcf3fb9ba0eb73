// The decoder without a worker: it blocks while it decodes, so pages use tng.js. Runs in workers, service workers and Node.

/** Why a picture could not be decoded: codes for programs, a sentence for people. */
export class TNGError extends Error {
  /**
   * @param {string} category whose fault it is
   * @param {string} message a sentence
   * @param {{code?: string, part?: string, tile?: number, offset?: number}} details what is wrong, and where in the file
   */
  constructor(category, message, { code = category, part, tile, offset } = {}) {
    super(message);
    this.name = "TNGError";
    Object.assign(this, { category, code, part, tile, offset });
  }

  /** What makes the same error behind a worker's border. */
  get content() {
    const { category, message, code, part, tile, offset } = this;
    return [category, message, { code, part, tile, offset }];
  }
}

// A function with one instruction of SIMD128, i8x16.splat.
const simdModule = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15,
  11);

// The memory that Scripts/build-wasm gives the build with threads, in pages of 64 KiB.
const threadsMemory = { initial: 256, maximum: 32768, shared: true };

/** The bytes of the stack of each thread but the first. */
const stackSize = 1 << 18;

/** How many pixels of a picture, on a side, one of it at a scale stands for. */
function reduction(scale) {
  if ([1, 2, 4, 8].includes(1 / scale)) return 1 / scale;
  throw new TNGError("target", "The scale is not 1, 1/2, 1/4 or 1/8.");
}

/** The name of the build that this engine can run on so many threads. */
export function decoderFile(threads = 1) {
  if (!WebAssembly.validate(simdModule)) return "tng-scalar.wasm";
  return threads > 1 ? "tng-threads.wasm" : "tng-simd128.wasm";
}

/** One instance of the WebAssembly module, or one for each thread. */
export class Decoder {
  /** Settled when all threads are there; those that are not yet do not take part. A worker that blocks cannot start any. */
  ready;
  #module;
  #threads;
  #memory = null;
  #exports = null;
  #helpers = [];
  #models = new Set();
  #answer = {};

  /**
   * @param {WebAssembly.Module} module the compiled `decoderFile(threads)`
   * @param {number} threads the number of threads, more than 1 only for the build with threads. The pixels do not depend on it.
   */
  constructor(module, threads = 1) {
    this.#module = module;
    this.#threads = threads;
    this.#start();
  }

  /** Whether the model with this id is loaded. */
  hasModel(id) {
    return this.#models.has(id);
  }

  /** Loads a weights file, for all pictures to come; returns the model's id. */
  loadModel(bytes) {
    this.#call("tng_web_load_model", bytes);
    const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
    this.#models.add(id);
    return id;
  }

  /** What a file says of its picture; its first bytes are enough. */
  readInfo(bytes) {
    return this.#call("tng_web_read_info", bytes).info;
  }

  /**
   * The bytes of a file that a region needs, whose model is loaded; of the file, the bytes up to the end of its table are
   * enough. With fewer, an error of the category `truncated`. The region is in pixels of the picture at the scale.
   * @returns {[number, number][]} where each range begins and ends, in rising order
   */
  findRanges(head, { x, y, width, height }, scale = 1) {
    return this.#call("tng_web_find_ranges", head, x, y, width, height, reduction(scale)).ranges;
  }

  /**
   * Decodes a file whose model is loaded.
   * @param {{scale?: number, region?: {x: number, y: number, width: number, height: number}, isExcerpt?: boolean}} options
   *   `scale`: 1, 1/2, 1/4 or 1/8; `region`: in pixels of the picture at this scale; `isExcerpt`: the bytes are those of
   *   `findRanges` alone
   * @returns {{samples: Uint8Array, width: number, height: number, profile?: Uint8Array}} interleaved samples, and their ICC
   *   profile
   */
  decode(bytes, { maximumPixels = 1 << 26, allowsPartial = false, scale = 1, region, isExcerpt = false } = {}) {
    const { x, y, width, height } = region ?? { x: 0, y: 0, width: 0, height: 0 };
    // A region of no pixels is wrong, and not the whole.
    if (region && !(width > 0)) throw new TNGError("target", "The region has no pixels.");
    return this.#call(
      "tng_web_decode", bytes, maximumPixels, allowsPartial ? 1 : 0, this.#threads, x, y, width, height, reduction(scale),
      isExcerpt ? 1 : 0);
  }

  #call(name, bytes, ...more) {
    if (!this.#exports) this.#start();
    this.#answer = {};
    try {
      const pointer = this.#exports.malloc(bytes.length);
      if (pointer === 0) throw new WebAssembly.RuntimeError("out of memory");
      this.#view(pointer, bytes.length).set(bytes);
      this.#exports[name](pointer, bytes.length, ...more);
      this.#exports.free(pointer);
    } catch (error) {
      // What stopped half way is not used again.
      this.#stop();
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new TNGError("limit-exceeded", "The picture needs more memory than the page can have.");
    }
    if (this.#answer.failure) throw this.#answer.failure;
    return this.#answer;
  }

  #start() {
    const isShared = WebAssembly.Module.imports(this.#module).some(({ kind }) => kind === "memory");
    const memory = isShared ? new WebAssembly.Memory(threadsMemory) : undefined;
    const { exports } = new WebAssembly.Instance(
      this.#module, { tng: this.#answers(), env: { memory } });
    this.#exports = exports;
    this.#memory = memory ?? exports.memory;
    const helpers = isShared ? this.#threads - 1 : 0;
    this.ready = Promise.all(Array.from({ length: helpers }, () => this.#startHelper()));
  }

  #startHelper() {
    // Without a helper, the others do its work.
    const stack = this.#exports.malloc(stackSize);
    if (stack === 0) return Promise.resolve();
    const helper = new Worker(new URL("tng-thread.js", import.meta.url), { type: "module" });
    this.#helpers.push(helper);
    helper.postMessage({ module: this.#module, memory: this.#memory, stack: stack + stackSize });
    return new Promise((resolve) => (helper.onmessage = helper.onerror = () => resolve()));
  }

  #stop() {
    for (const helper of this.#helpers.splice(0)) helper.terminate();
    this.#exports = null;
    this.#models.clear();
  }

  /** What the module calls to answer. Views of shared memory are copied, because not every function takes them. */
  #answers() {
    return {
      failed: (text, count) => {
        const lines = new TextDecoder().decode(this.#view(text, count).slice()).split("\n");
        const [category, code, part, tile, offset, message] = lines.map((line) => line || undefined);
        const place = { part, tile: tile && Number(tile), offset: offset && Number(offset) };
        this.#answer.failure = new TNGError(category, message, { code, ...place });
      },
      info: (width, height, channels, level, model) => {
        const made = level < 0 ? {} : { level, model: model >>> 0 };
        this.#answer.info = { width, height, channels, ...made };
      },
      profile: (bytes, count) => {
        this.#answer.profile = this.#view(bytes, count).slice();
      },
      picture: (samples, width, height, count) => {
        Object.assign(this.#answer, { width, height, samples: this.#view(samples, count).slice() });
      },
      range: (start, end) => {
        (this.#answer.ranges ??= []).push([start >>> 0, end >>> 0]);
      },
    };
  }

  #view(pointer, count) {
    return new Uint8Array(this.#memory.buffer, pointer >>> 0, count);
  }
}
