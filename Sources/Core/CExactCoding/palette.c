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

typedef struct {
  size_t colours;    // in the table
  uint64_t pixels;   // that are coded
  uint64_t misses;   // whose colour no neighbour has
} census;

// Counts the colours of pixels that no neighbour has, in a hash table, as long as that is not too full.
static census count_colours(const tng_model *model, entry *table, size_t size) {
  census counts = {0, 0, 0};
  for (int32_t y = 0; y < model->height; y++) {
    const tng_pixel *row = model->pixels + y * model->stride, *up = row - model->stride;
    for (int32_t x = 0; x < model->width; x++) {
      if (!is_coded_at(model, x, y)) continue;
      counts.pixels++;
      tng_pixel pixel = row[x];
      if (pixel == row[x - 1] || pixel == up[x] || pixel == up[x - 1] || pixel == up[x + 1]) continue;
      counts.misses++;
      size_t at = tng_finish_hash(tng_hash_pixel(pixel)) & (size - 1);
      while (table[at].pixels && table[at].colour != pixel) at = (at + 1) & (size - 1);
      if (!table[at].pixels) {
        if (counts.colours >= size / 4 * 3) continue;
        counts.colours++;
      }
      table[at].colour = pixel;
      table[at].pixels++;
    }
  }
  return counts;
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
  size_t size = 1, kept = 0;
  while (2 * size * sizeof(entry) <= (tng_palette_inputs * sizeof(tng_tree_line)) << model->tree_bits) size *= 2;
  census counts = count_colours(model, table, size);
  uint64_t least = counts.colours > 256 ? 3 : 1, covered = 0;
  for (size_t i = 0; i < size; i++) {
    if (table[i].pixels >= least) table[kept++] = table[i];
  }
  sort(table, kept, is_more_frequent);
  if (kept > tng_maximum_colours) kept = tng_maximum_colours;
  for (size_t i = 0; i < kept; i++) covered += table[i].pixels;
  // Where most pixels are new and of many colours, a palette is of no use.
  if (2 * counts.misses > counts.pixels && 2 * covered < counts.misses) kept = 0;
  sort(table, kept, is_less);
  model->colours = (int32_t)kept;
  for (size_t i = 0; i < kept; i++) {
    model->palette[i] = table[i].colour;
    model->palette_counts[i] = (uint32_t)table[i].pixels;
  }
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
