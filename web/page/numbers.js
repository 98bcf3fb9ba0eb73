// Numbers for people.

const whole = new Intl.NumberFormat("en");

export const bytes = (count) => `${whole.format(count)} bytes`;

/** A size at a glance, in kilobytes of 1000 bytes. */
export const kilobytes = (count) => `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)} kB`;

export const bitsPerPixel = (value) => `${value.toFixed(3)} bpp`;

/** Absent where nothing is lost. */
export const psnr = (decibels) => (decibels === undefined ? "no loss" : `${decibels.toFixed(2)} dB`);

/** Absent where a side is too short to measure it. */
export const msSSIM = (value) => (value === undefined ? "too small" : value.toFixed(4));

/** Absent where a side is too short to measure it. */
export const ssimulacra2 = (score) => (score === undefined ? "too small" : score.toFixed(1));

export const seconds = (value) =>
  value < 1 ? `${(1000 * value).toFixed(value < 0.01 ? 1 : 0)} ms` : `${value.toFixed(2)} s`;

/** How much more or less than a whole, in percent with a sign. */
export function difference(value, whole) {
  const percent = Math.round(100 * (value / whole - 1));
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %`;
}
