// A tile from its first pixel to its last, for both directions (Documentation/Format-exact.md, section 4).
#ifndef TNG_EXACT_TILE_H
#define TNG_EXACT_TILE_H

#include "graphics.h"

// Whether a block is better coded as natural: an estimate for the encoder.
int32_t tng_is_natural(const tng_model *model, int32_t x, int32_t y);

TNG_INLINE int32_t tng_block_columns(const tng_model *model) {
  return (model->width + tng_exact_block_side - 1) / tng_exact_block_side;
}

// The columns from `x` on whose blocks are coded: sets `x` to the first and returns the one after the last.
TNG_INLINE int32_t tng_next_span(const tng_model *model, int32_t y, int32_t *x) {
  if (!model->is_coded) return model->width;
  int32_t side = tng_exact_block_side, columns = tng_block_columns(model);
  const uint8_t *blocks = model->is_coded + y / side * columns;
  int32_t block = *x / side;
  while (block < columns && !blocks[block]) block++;
  if (*x < block * side) *x = block * side;
  while (block < columns && blocks[block]) block++;
  return block * side < model->width ? block * side : model->width;
}

// Gives pixels that are not coded the colour of the coded one to the left, so that contexts go on beside them.
TNG_INLINE void tng_fill_gap(tng_pixel *row, int32_t x, int32_t end) {
  for (tng_pixel w = row[x - 1]; x < end; x++) row[x] = w;
}

// Whether all coded pixels of a row are as those above; whether there are any.
TNG_INLINE int32_t tng_repeats_row(const tng_model *model, const tng_pixel *row, int32_t y) {
  const tng_pixel *up = row - model->stride;
  for (int32_t x = 0, end; (end = tng_next_span(model, y, &x)), x < model->width; x = end) {
    for (int32_t i = x; i < end; i++) {
      if (!tng_may_be(model, row + i, up[i])) return 0;
    }
  }
  return 1;
}

TNG_INLINE void tng_code_span(tng_model *model, int32_t encodes, tng_scan *scan, tng_pixel *row, int32_t x) {
  const tng_pixel *up = row - model->stride;
  scan->match = -1;
  scan->match_length = 0;
  scan->broken = -1;
  while (x < scan->end) {
    int32_t run = 0;
    if (x != scan->broken) {
      tng_pixel w = row[x - 1];
      if (w == up[x] && w == up[x - 1] && w == up[x + 1]) {
        run = tng_code_flat(model, encodes, scan, row, x);
      } else if (scan->match_length >= tng_run_match) {
        run = tng_code_matched(model, encodes, scan, row, x);
      }
    }
    if (run == 0) {
      tng_code_pixel(model, encodes, scan, row, x);
      run = 1;
    }
    x += run;
    if (encodes && model->costs) tng_note_cost(model, x - 1);
  }
}

// Turns the rows of residuals. A row that has none counts as zeros.
TNG_INLINE void tng_start_residual_row(tng_model *model) {
  model->residual_row = 1 - model->residual_row;
  if (model->residual_rows_used & 2) {
    for (int32_t plane = 0; plane < model->planes; plane++) {
      tng_residual_row *row = &model->residual_rows[model->residual_row][plane];
      for (int32_t i = 0; i < model->width + 2 * tng_residual_margin; i++) {
        row->residuals[i] = 0;
        for (int32_t k = 0; k < tng_predictors; k++) row->errors[i][k] = 0;
      }
    }
  }
  model->residual_rows_used = model->residual_rows_used << 1 & 2;
}

// Codes a row of natural pixels.
TNG_INLINE void tng_code_natural_span(tng_model *model, int32_t encodes, tng_pixel *row, int32_t x, int32_t end) {
  const tng_pixel *up = row - model->stride, *up2 = up - model->stride;
  for (; x < end; x++) {
    tng_neighbours near = {row[x - 1], up[x], up[x - 1], up[x + 1], row[x - 2], up2[x], up2[x + 1]};
    row[x] = tng_code_samples(model, encodes, row[x], &near, x, 1, encodes ? tng_allowance(model, row + x) : 0);
    if (encodes && model->costs) tng_note_cost(model, x);
  }
}

// Codes which blocks of a row of blocks are natural.
TNG_INLINE void tng_code_block_kinds(tng_model *model, int32_t encodes, int32_t y) {
  int32_t side = tng_exact_block_side, columns = tng_block_columns(model), left = 0;
  for (int32_t i = 0; i < columns; i++) {
    uint8_t *kind = &model->natural_blocks[i];
    if (!model->is_coded || model->is_coded[y / side * columns + i]) {
      *kind = (uint8_t)tng_decide(model, encodes, encodes && tng_is_natural(model, i * side, y), &model->block_slots[2 * left + *kind]);
    }
    left = *kind;
  }
}

// Codes a tile. Returns the number of rows whose samples are sure when the stream ends too early.
TNG_INLINE int32_t tng_code_tile(tng_model *model, int32_t encodes, tng_exact_result *result) {
  if (encodes) tng_choose_palette(model);
  *result = tng_code_palette(model, encodes);
  if (!encodes && tng_is_truncated(&model->coder)) *result = tng_exact_truncated;
  if (*result != tng_exact_whole) return 0;
  if (encodes && model->costs) model->cost_so_far = tng_coded_bits(&model->coder);
  tng_scan scan = {0};
  int32_t width = model->width, sure = 0;
  for (int32_t y = 0; y < model->height; y++) {
    tng_pixel *row = model->pixels + y * model->stride, *up = row - model->stride;
    if (y > 0) {
      for (int32_t i = 1; i <= tng_margin; i++) row[-i] = up[0];
    }
    if (encodes && model->costs) model->row_costs = model->costs + y / tng_exact_block_side * tng_block_columns(model);
    tng_start_residual_row(model);
    if (y % tng_exact_block_side == 0) tng_code_block_kinds(model, encodes, y);
    int32_t x = 0, end = tng_next_span(model, y, &x), filled = 0;
    if (x < width) {
      int32_t repeats = tng_decide(model, encodes, encodes && tng_repeats_row(model, row, y), &model->rows[scan.row_history & 7]);
      scan.row_history = scan.row_history << 1 | (uint32_t)repeats;
      for (; x < width; x = end, end = tng_next_span(model, y, &x)) {
        tng_fill_gap(row, filled, x);
        filled = end;
        if (repeats) {
          for (int32_t i = x; i < end; i++) row[i] = up[i];
        } else {
          for (int32_t from = x, to; from < end; from = to) {
            int32_t is_natural = model->natural_blocks[from / tng_exact_block_side];
            for (to = from; to < end && model->natural_blocks[to / tng_exact_block_side] == is_natural;) {
              to = (to / tng_exact_block_side + 1) * tng_exact_block_side;
              if (to > end) to = end;
            }
            if (is_natural) {
              tng_code_natural_span(model, encodes, row, from, to);
            } else {
              scan.end = to;
              tng_code_span(model, encodes, &scan, row, from);
            }
          }
        }
      }
    }
    tng_fill_gap(row, filled, width);
    for (int32_t i = 0; i < tng_margin; i++) row[width + i] = row[width - 1];
    if (!encodes) {
      if (model->coder.missing_words == 0) sure = y + 1;
      if (tng_is_truncated(&model->coder)) {
        *result = tng_exact_truncated;
        return sure;
      }
    }
  }
  return model->height;
}

#endif
