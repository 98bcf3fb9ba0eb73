#include "model.h"

// The parts of the workspace, one after the other.
typedef struct {
  size_t model, pixels, decisions, trees, matches, colours, end;
  int32_t decision_bits, tree_bits, match_bits, colour_bits;
} layout;

static size_t aligned(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static int32_t limited(int32_t value, int32_t low, int32_t high) { return value < low ? low : value > high ? high : value; }

static layout layout_of(int32_t width, int32_t height) {
  int32_t area_bits = tng_bit_length((uint32_t)(width * height - 1));
  layout l;
  l.decision_bits = limited(area_bits - 5, 6, 15);
  l.tree_bits = limited(area_bits - 7, 6, 13);
  l.match_bits = limited(area_bits - 2, 6, 18);
  l.colour_bits = limited(area_bits - 4, 6, 16);
  l.model = 0;
  l.pixels = l.model + aligned(sizeof(tng_model));
  l.decisions = l.pixels + aligned((size_t)(width + 2 * tng_margin) * (size_t)(height + 2) * sizeof(tng_pixel));
  l.trees = l.decisions + ((tng_candidate_inputs * sizeof(tng_decision_line)) << l.decision_bits);
  l.matches = l.trees + ((tng_palette_inputs * sizeof(tng_tree_line)) << l.tree_bits);
  l.colours = l.matches + ((2 * sizeof(uint32_t)) << l.match_bits);
  l.end = l.colours + (sizeof(tng_pixel) << l.colour_bits);
  return l;
}

size_t tng_exact_workspace_size(int32_t width, int32_t height) { return layout_of(width, height).end; }

static void set_slots(void *memory, size_t bytes) {
  tng_slot *slots = memory;
  for (size_t i = 0; i < bytes / sizeof(tng_slot); i++) slots[i] = TNG_NEW_SLOT;
}

static void set_mixers(void *memory, size_t bytes) {
  // 0.15 in 1/65536
  int32_t *weights = memory;
  for (size_t i = 0; i < bytes / sizeof(int32_t); i++) weights[i] = 9830;
}

#define SET_SLOTS(array) set_slots(array, sizeof(array))
#define SET_MIXERS(array) set_mixers(array, sizeof(array))

tng_model *tng_make_model(const tng_exact_tile *tile, void *workspace) {
  layout l = layout_of(tile->width, tile->height);
  uint8_t *memory = workspace;
  uint64_t *words = workspace;
  for (size_t i = 0; i < l.end / sizeof(uint64_t); i++) words[i] = 0;
  tng_model *model = workspace;
  model->width = tile->width;
  model->height = tile->height;
  model->planes = tile->planes;
  model->depth = tile->depth;
  model->is_coded = tile->is_coded;
  model->stride = tile->width + 2 * tng_margin;
  model->pixels = (tng_pixel *)(memory + l.pixels) + 2 * model->stride + tng_margin;
  model->decision_bits = l.decision_bits;
  model->tree_bits = l.tree_bits;
  model->match_bits = l.match_bits;
  model->colour_bits = l.colour_bits;
  for (int32_t i = 0; i < tng_candidate_inputs; i++) {
    model->decisions[i] = (tng_decision_line *)(memory + l.decisions) + ((size_t)i << l.decision_bits);
  }
  for (int32_t i = 0; i < tng_palette_inputs; i++) {
    model->trees[i] = (tng_tree_line *)(memory + l.trees) + ((size_t)i << l.tree_bits);
  }
  for (int32_t i = 0; i < 2; i++) model->matches[i] = (uint32_t *)(memory + l.matches) + ((size_t)i << l.match_bits);
  model->context_colours = (tng_pixel *)(memory + l.colours);

  tng_make_logistic_tables(&model->tables);
  SET_MIXERS(model->candidate_mixers);
  SET_MIXERS(model->candidate_confidence);
  SET_MIXERS(model->colour_mixers);
  SET_MIXERS(model->colour_confidence);
  SET_MIXERS(model->palette_mixers);
  SET_MIXERS(model->palette_confidence);
  SET_MIXERS(model->token_mixers);
  SET_MIXERS(model->activity_mixers);
  SET_MIXERS(model->sign_mixers);
  SET_MIXERS(model->sign_activity);
  SET_SLOTS(model->rows);
  SET_SLOTS(model->flat_runs);
  SET_SLOTS(model->flat_splits);
  SET_SLOTS(model->match_runs);
  SET_SLOTS(model->match_splits);
  SET_SLOTS(model->palette_numbers);
  SET_SLOTS(model->tokens);
  SET_SLOTS(model->signs);
  SET_SLOTS(model->lower_bits);
  SET_SLOTS(model->block_slots);
  for (int32_t plane = 0; plane < 4; plane++) {
    for (int32_t i = 0; i < 16; i++) model->token_means[plane][i] = (uint16_t)(128 * i);
  }
  for (uint32_t i = 0; i < tng_blend_weights; i++) model->weights[i] = (1u << 24) / ((i + 2) * (i + 2)) + 1;

  // Above the tile everything is white.
  tng_pixel white = 0;
  for (int32_t plane = 0; plane < tile->planes; plane++) white = tng_with_sample(white, plane, (1 << tile->depth) - 1);
  tng_pixel *above = model->pixels - 2 * model->stride - tng_margin;
  for (ptrdiff_t i = 0; i < 2 * model->stride + tng_margin; i++) above[i] = white;

  const uint16_t *samples = tile->samples;
  for (int32_t y = 0; y < tile->height; y++) {
    tng_pixel *row = model->pixels + y * model->stride;
    for (int32_t x = 0; x < tile->width; x++, samples += tile->planes) {
      tng_pixel pixel = 0;
      for (int32_t plane = 0; plane < tile->planes; plane++) {
        pixel = tng_with_sample(pixel, plane, samples[tng_plane_of_tile(tile->planes, plane)]);
      }
      row[x] = pixel;
    }
  }
  return model;
}

void tng_write_samples(const tng_model *model, const tng_exact_tile *tile, int32_t rows) {
  uint16_t *samples = tile->samples;
  for (int32_t y = 0; y < rows; y++) {
    const tng_pixel *row = model->pixels + y * model->stride;
    const uint8_t *is_coded = tile->is_coded ? tile->is_coded + y / tng_exact_block_side * ((model->width + tng_exact_block_side - 1) / tng_exact_block_side) : NULL;
    for (int32_t x = 0; x < tile->width; x++, samples += tile->planes) {
      if (is_coded && !is_coded[x / tng_exact_block_side]) continue;
      for (int32_t plane = 0; plane < tile->planes; plane++) {
        samples[tng_plane_of_tile(tile->planes, plane)] = (uint16_t)tng_sample(row[x], plane);
      }
    }
  }
}
