#include "palette.h"

// A colour and how many pixels have it.
typedef struct {
  tng_pixel colour;
  uint64_t pixels;
} entry;

static int32_t is_coded_at(const tng_model *model, int32_t x, int32_t y) {
  int32_t side = tng_exact_block_side, columns = (model->width + side - 1) / side;
  return !model->is_coded || model->is_coded[y / side * columns + x / side];
}

// Counts colours in a hash table, as long as it is not too full. Returns how many there are.
static size_t count_colours(const tng_model *model, entry *table, size_t size) {
  size_t count = 0;
  for (int32_t y = 0; y < model->height; y++) {
    for (int32_t x = 0; x < model->width; x++) {
      if (!is_coded_at(model, x, y)) continue;
      tng_pixel pixel = model->pixels[y * model->stride + x];
      size_t at = tng_finish_hash(tng_hash_pixel(pixel)) & (size - 1);
      while (table[at].pixels && table[at].colour != pixel) at = (at + 1) & (size - 1);
      if (!table[at].pixels) {
        if (count >= size / 4 * 3) continue;
        count++;
      }
      table[at].colour = pixel;
      table[at].pixels++;
    }
  }
  return count;
}

// Whether `a` comes before `b`: by the number of pixels, or by colour.
static int32_t is_more_frequent(entry a, entry b) {
  return a.pixels != b.pixels ? a.pixels > b.pixels : a.colour < b.colour;
}
static int32_t is_less(entry a, entry b) { return a.colour < b.colour; }

// Heap sort.
static void sort(entry *entries, size_t count, int32_t (*precedes)(entry, entry)) {
  for (size_t start = count / 2, end = count; end > 1;) {
    if (start > 0) {
      start--;
    } else {
      end--;
      entry last = entries[end];
      entries[end] = entries[0];
      entries[0] = last;
    }
    for (size_t root = start, child; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && precedes(entries[child], entries[child + 1])) child++;
      if (!precedes(entries[root], entries[child])) break;
      entry moved = entries[root];
      entries[root] = entries[child];
      entries[child] = moved;
    }
  }
}

void tng_choose_palette(tng_model *model) {
  // The memory of the trees, which is not in use yet.
  entry *table = (entry *)model->trees[0];
  size_t size = 1;
  while (2 * size * sizeof(entry) <= (tng_palette_inputs * sizeof(tng_tree_line)) << model->tree_bits) size *= 2;
  size_t distinct = count_colours(model, table, size), kept = 0;
  uint64_t least = distinct > 256 ? 2 : 1;
  for (size_t i = 0; i < size; i++) {
    if (table[i].pixels >= least) table[kept++] = table[i];
  }
  sort(table, kept, is_more_frequent);
  if (kept > tng_maximum_colours) kept = tng_maximum_colours;
  sort(table, kept, is_less);
  model->colours = (int32_t)kept;
  for (size_t i = 0; i < kept; i++) model->palette[i] = table[i].colour;
  for (size_t i = 0; i < size; i++) table[i] = (entry){0, 0};
}

int32_t tng_palette_index(const tng_model *model, tng_pixel pixel) {
  int32_t low = 0, high = model->colours;
  while (low < high) {
    int32_t middle = (low + high) / 2;
    if (model->palette[middle] < pixel) low = middle + 1; else high = middle;
  }
  return low < model->colours && model->palette[low] == pixel ? low : -1;
}
