// A thread of a decoder that has several: another instance of its module, on the same memory, with a stack of its own.

self.onmessage = ({ data: { module, memory, stack } }) => {
  // Only the first thread answers.
  const tng = Object.fromEntries(
    WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function")
      .map(({ name }) => [name, () => {}]));
  const { exports } = new WebAssembly.Instance(module, { tng, env: { memory } });
  exports.__stack_pointer.value = stack;
  self.postMessage("ready");
  try {
    exports.tng_serve();
  } catch (error) {
    exports.tng_abandon();
    throw error;
  }
};
