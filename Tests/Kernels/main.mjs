// Runs check_kernels.wasm, given by its path.
import { readFileSync } from "node:fs";

const rounds = 300;
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { check_kernels, tng_kernels_count } = instance.exports;
let failures = tng_kernels_count() > 1 ? 0 : 1;
for (let i = 1; i < tng_kernels_count(); i++) {
  const failed = check_kernels(i, rounds);
  console.log(`simd128    ${4 * rounds} cases, ${failed} differ from scalar`);
  failures += failed;
}
process.exit(failures > 0 ? 1 : 0);
