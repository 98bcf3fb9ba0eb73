// The decoder without a worker: it blocks while it decodes, so pages use tng.js. Runs in workers, service workers and Node.

/** Why a picture could not be decoded: a code for programs, a sentence for people. */
export class TNGError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "TNGError";
    this.code = code;
  }
}

// By number, as web/decoder/Exports.swift gives them.
const failureCodes = ["damaged", "truncated", "unsupported", "limit-exceeded", "model"];

// A function with one instruction of SIMD128, i8x16.splat.
const simdModule = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15,
  11);

/** The name of the build that this engine can run. */
export function decoderFile() {
  return WebAssembly.validate(simdModule) ? "tng-simd128.wasm" : "tng-scalar.wasm";
}

/** One instance of the WebAssembly module. */
export class Decoder {
  #module;
  #exports = null;
  #models = new Set();
  #answer = {};

  /** @param {WebAssembly.Module} module the compiled `decoderFile()` */
  constructor(module) {
    this.#module = module;
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
   * Decodes a file whose model is loaded.
   * @returns {{samples: Uint8Array, profile?: Uint8Array}} interleaved samples, and their ICC profile
   */
  decode(bytes, { maximumPixels = 1 << 26, allowsPartial = false } = {}) {
    return this.#call("tng_web_decode", bytes, maximumPixels, allowsPartial ? 1 : 0);
  }

  #call(name, bytes, ...more) {
    this.#exports ??= this.#instantiate();
    this.#answer = {};
    try {
      const pointer = this.#exports.malloc(bytes.length);
      if (pointer === 0) throw new WebAssembly.RuntimeError("out of memory");
      this.#view(pointer, bytes.length).set(bytes);
      this.#exports[name](pointer, bytes.length, ...more);
      this.#exports.free(pointer);
    } catch (error) {
      // What stopped half way is not used again.
      this.#exports = null;
      this.#models.clear();
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new TNGError("limit-exceeded", "The picture needs more memory than the page can have.");
    }
    if (this.#answer.failure) throw this.#answer.failure;
    return this.#answer;
  }

  #instantiate() {
    const imports = {
      failed: (code, sentence, count) => {
        const message = new TextDecoder().decode(this.#view(sentence, count));
        this.#answer.failure = new TNGError(failureCodes[code], message);
      },
      info: (width, height, channels, level, model) => {
        this.#answer.info = { width, height, channels, level, model: model >>> 0 };
      },
      profile: (bytes, count) => {
        this.#answer.profile = this.#view(bytes, count).slice();
      },
      picture: (samples, count) => {
        this.#answer.samples = this.#view(samples, count).slice();
      },
    };
    return new WebAssembly.Instance(this.#module, { tng: imports }).exports;
  }

  #view(pointer, count) {
    return new Uint8Array(this.#exports.memory.buffer, pointer >>> 0, count);
  }
}
