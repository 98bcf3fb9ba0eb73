// Pixels of graphics: runs, candidates, colours (Documentation/Format-exact.md, sections 6 and 7).
#ifndef TNG_EXACT_GRAPHICS_H
#define TNG_EXACT_GRAPHICS_H

#include "palette.h"
#include "samples.h"

enum {
  tng_shortest_flat_run = 2,
  tng_run_match = 32,       // the length of a match from which on pixels are coded in runs
  tng_longest_match_run = 32,
};

// Where the scan of a tile is.
typedef struct {
  uint32_t row_history, match_history, palette_history;
  int32_t last_break;      // the column at which a flat run broke last
  // Of the row:
  int32_t end;             // the column after the coded blocks at hand
  int32_t broken;          // a column whose pixel is known not to be `broken_value`
  tng_pixel broken_value;
  ptrdiff_t match;         // the index of the pixel that the match model expects to be repeated; -1: none
  int32_t match_length;    // how many it has predicted in a row
} tng_scan;

// Codes how many of `length` > 0 pixels are as a run says: all of them, or up to one that is not. `repeated` is known to the
// encoder. The break is found by halves.
TNG_INLINE int32_t tng_code_flat_run(tng_model *model, int32_t encodes, tng_scan *scan, int32_t x, int32_t length, int32_t repeated,
                                     tng_slot *all) {
  if (tng_decide(model, encodes, repeated == length, all)) return length;
  int32_t low = 0, high = length;
  while (high - low > 1) {
    int32_t middle = (low + high + 1) / 2, distance = scan->last_break - (x + middle);
    int32_t context = distance < 0 ? 16 + tng_bit_length((uint32_t)-distance) : tng_bit_length((uint32_t)distance);
    if (tng_decide(model, encodes, repeated >= middle, &model->flat_splits[tng_bit_length((uint32_t)(high - low))][context])) {
      low = middle;
    } else {
      high = middle;
    }
  }
  scan->last_break = x + low;
  return low;
}

TNG_INLINE int32_t tng_code_match_run(tng_model *model, int32_t encodes, tng_scan *scan, int32_t length, int32_t repeated) {
  int32_t class = scan->match_length < 64 ? 0 : scan->match_length < 128 ? 1 : scan->match_length < 256 ? 2 : 3;
  if (tng_decide(model, encodes, repeated == length, &model->match_runs[class][tng_bit_length((uint32_t)length)])) return length;
  int32_t low = 0, high = length;
  while (high - low > 1) {
    int32_t middle = (low + high + 1) / 2;
    if (tng_decide(model, encodes, repeated >= middle, &model->match_splits[tng_bit_length((uint32_t)(high - low))])) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// Codes a run of one colour below a run of the same. Returns its length, 0 if there is none to code; the pixel that breaks it is
// noted.
TNG_INLINE int32_t tng_code_flat(tng_model *model, int32_t encodes, tng_scan *scan, tng_pixel *row, int32_t x) {
  const tng_pixel *up = row - model->stride;
  tng_pixel w = row[x - 1];
  int32_t length = 0;
  while (x + length < scan->end && up[x + length] == w) length++;
  if (length < tng_shortest_flat_run) return 0;
  int32_t repeated = 0;
  if (encodes) {
    for (; repeated < length && tng_may_be(model, row + x + repeated, w); repeated++) row[x + repeated] = w;
  }
  int32_t kind = 2 * (x + length == scan->end) + (x == 0);
  int32_t context = 4 * tng_bit_length((uint32_t)length) + 2 * (row[x - 2] == w) + (up[x - model->stride] == up[x]);
  repeated = tng_code_flat_run(model, encodes, scan, x, length, repeated, &model->flat_runs[kind][context]);
  for (int32_t i = 0; i < repeated; i++) row[x + i] = w;
  scan->match = -1;
  scan->match_length = 0;
  if (repeated < length) {
    scan->broken = x + repeated;
    scan->broken_value = w;
  }
  return repeated;
}

// Codes a run of pixels that a long match repeats.
TNG_INLINE int32_t tng_code_matched(tng_model *model, int32_t encodes, tng_scan *scan, tng_pixel *row, int32_t x) {
  const tng_pixel *source = model->pixels + scan->match;
  int32_t length = scan->end - x < tng_longest_match_run ? scan->end - x : tng_longest_match_run, repeated = 0;
  if (encodes) {
    for (; repeated < length && tng_may_be(model, row + x + repeated, source[repeated]); repeated++) row[x + repeated] = source[repeated];
  }
  repeated = tng_code_match_run(model, encodes, scan, length, repeated);
  // The source may overlap what is written.
  for (int32_t i = 0; i < repeated; i++) row[x + i] = source[i];
  scan->match += repeated;
  scan->match_length += repeated;
  if (repeated < length) {
    scan->broken = x + repeated;
    scan->broken_value = source[repeated];
  }
  return repeated;
}

// What the decisions about a pixel go by.
typedef struct {
  tng_neighbours near;
  uint32_t w, n, nw, ne, ww, nn;  // hashes of these pixels
  uint32_t four, six;             // hashes of four and six of them
  uint32_t equal;                 // which of them are the same
} tng_surroundings;

TNG_INLINE tng_surroundings tng_look_around(const tng_pixel *row, ptrdiff_t stride, int32_t x) {
  const tng_pixel *up = row - stride, *up2 = up - stride;
  tng_surroundings s;
  s.near = (tng_neighbours){row[x - 1], up[x], up[x - 1], up[x + 1], row[x - 2], up2[x], up2[x + 1]};
  const tng_neighbours *p = &s.near;
  s.w = tng_hash_pixel(p->w);
  s.n = tng_hash_pixel(p->n);
  s.nw = tng_hash_pixel(p->nw);
  s.ne = tng_hash_pixel(p->ne);
  s.ww = tng_hash_pixel(p->ww);
  s.nn = tng_hash_pixel(p->nn);
  s.four = tng_combine(tng_combine(s.w, s.n), tng_combine(s.nw, s.ne));
  s.six = tng_combine(s.four, tng_combine(s.ww, s.nn));
  s.equal = (uint32_t)(p->w == p->n) | (uint32_t)(p->w == p->nw) << 1 | (uint32_t)(p->n == p->ne) << 2 |
            (uint32_t)(p->n == p->nw) << 3 | (uint32_t)(p->w == p->ww) << 4 | (uint32_t)(p->n == p->nn) << 5 |
            (uint32_t)(p->ne == p->nne) << 6;
  return s;
}

// Codes the number of a colour in the palette, from its highest bit.
TNG_INLINE tng_pixel tng_code_palette_colour(tng_model *model, int32_t encodes, int32_t index, const tng_surroundings *s) {
  const tng_neighbours *p = &s->near;
  int32_t shift = model->depth > 8 ? model->depth - 8 : 0, up_shift = model->depth < 8 ? 8 - model->depth : 0;
#define LEVEL(pixel) (uint32_t)(tng_sample(pixel, 0) << up_shift >> shift)
  uint32_t expected =
      (uint32_t)(tng_median_prediction(tng_sample(p->w, 0), tng_sample(p->n, 0), tng_sample(p->nw, 0)) << up_shift >> shift);
  uint32_t levels = LEVEL(p->w) >> 5 | LEVEL(p->n) >> 5 << 3 | LEVEL(p->nw) >> 5 << 6 | LEVEL(p->ne) >> 5 << 9;
  uint32_t contexts[tng_palette_inputs] = {
      0, s->w, s->n, tng_combine(s->w, s->n), s->four, tng_combine(expected >> 2, LEVEL(p->ne) >> 3),
      tng_combine(s->w, s->ne), tng_combine(s->w, s->nw), tng_combine(s->w, s->ww), levels};
#undef LEVEL
  int32_t node = 1, place = 0;
  tng_slot *lines[tng_palette_inputs], *slots[tng_palette_inputs];
  for (int32_t bit = model->palette_bits - 1, depth = 0; bit >= 0; bit--, depth++) {
    if (depth % 4 == 0) {
      for (int32_t i = 0; i < tng_palette_inputs; i++) lines[i] = tng_find_tree(model, i, tng_combine(contexts[i], (uint32_t)node));
      place = 1;
    }
    for (int32_t i = 0; i < tng_palette_inputs; i++) slots[i] = lines[i] + place - 1;
    int32_t value = tng_mix(model, encodes, index >> bit & 1, slots, tng_palette_inputs, &model->palette_mixers[depth],
                            &model->palette_confidence[tng_confidence(slots[4], slots[3], slots[1])]);
    node = 2 * node + value;
    place = 2 * place + value;
  }
  node -= 1 << model->palette_bits;
  return node < model->colours ? model->palette[node] : 0;
}

// The colour of the palette at most `allowance` from a pixel that is most frequent for how far it is, but none of those that were
// tried; the pixel itself if there is none.
TNG_INLINE tng_pixel tng_common_colour(const tng_model *model, tng_pixel pixel, int32_t allowance, const tng_pixel *tried, int32_t tries) {
  int32_t low = 0, high = model->colours, sample = tng_sample(pixel, 0);
  while (low < high) {
    int32_t middle = (low + high) / 2;
    if (tng_sample(model->palette[middle], 0) < sample - allowance) low = middle + 1; else high = middle;
  }
  tng_pixel result = pixel;
  uint64_t best = 0;
  for (; low < model->colours && tng_sample(model->palette[low], 0) <= sample + allowance; low++) {
    tng_pixel colour = model->palette[low];
    int32_t distance = tng_distance(model, colour, pixel), is_tried = 0;
    if (distance > allowance) continue;
    for (int32_t i = 0; i < tries; i++) is_tried |= tried[i] == colour;
    uint64_t worth = ((uint64_t)model->palette_counts[low] << 16) / (uint32_t)(16 + distance);
    if (is_tried || worth <= best) continue;
    best = worth;
    result = colour;
  }
  return result;
}

// Codes a pixel that is none of the candidates. An encoder may move its samples by `allowance`.
TNG_INLINE tng_pixel tng_code_colour(tng_model *model, int32_t encodes, tng_pixel pixel, int32_t x, tng_scan *scan, const tng_surroundings *s,
                                     const tng_pixel *tried, int32_t tries, int32_t allowance) {
  uint32_t pair = tng_combine(s->w, s->n);
  tng_pixel *memory = &model->context_colours[tng_finish_hash(s->four) >> (32 - model->colour_bits)], last = *memory, result;
  tng_slot *slots[tng_colour_inputs];
  int32_t is_tried = 0;
  for (int32_t i = 0; i < tries; i++) is_tried |= tried[i] == last;
  if (!is_tried) {
    uint32_t contexts[tng_colour_inputs] = {1, pair, s->w, s->n, tng_hash_pixel(last), s->equal};
    for (int32_t i = 0; i < tng_colour_inputs; i++) slots[i] = tng_find_decisions(model, i, tng_combine(contexts[i], 77)) + 5;
    if (tng_mix(model, encodes, pixel == last, slots, tng_colour_inputs, &model->colour_mixers[0], &model->colour_confidence[0])) return last;
  }
  if (encodes && allowance) pixel = tng_common_colour(model, pixel, allowance, tried, tries);
  int32_t index = encodes ? tng_palette_index(model, pixel) : 0;
  uint32_t contexts[tng_colour_inputs] = {scan->palette_history & 255, pair, s->w, s->n, s->equal, tng_combine(s->nw, s->ne)};
  for (int32_t i = 0; i < tng_colour_inputs; i++) slots[i] = tng_find_decisions(model, i, tng_combine(contexts[i], 99)) + 6;
  int32_t is_known = tng_mix(model, encodes, index >= 0, slots, tng_colour_inputs, &model->colour_mixers[1], &model->colour_confidence[1]);
  scan->palette_history = scan->palette_history << 1 | (uint32_t)is_known;
  result = is_known ? tng_code_palette_colour(model, encodes, index, s) : tng_code_samples(model, encodes, pixel, &s->near, x, 0, allowance);
  *memory = result;
  return result;
}

// The nearest of the candidates that an encoder may take for a pixel, or the pixel itself.
TNG_INLINE tng_pixel tng_nearest(const tng_model *model, const tng_pixel *at, const tng_pixel *candidates, const tng_pixel *tried, int32_t tries) {
  tng_pixel nearest = *at;
  int32_t least = INT32_MAX;
  for (int32_t k = 0; k < tng_candidates; k++) {
    int32_t distance = tng_distance(model, *at, candidates[k]);
    if (distance >= least || (tries && candidates[k] == tried[0]) || !tng_may_be(model, at, candidates[k])) continue;
    nearest = candidates[k];
    least = distance;
  }
  return nearest;
}

// Codes a pixel: the first of the candidates that it is, or none.
TNG_INLINE void tng_code_pixel(tng_model *model, int32_t encodes, tng_scan *scan, tng_pixel *row, int32_t x) {
  tng_surroundings s = tng_look_around(row, model->stride, x);
  const tng_neighbours *p = &s.near;
  int32_t match_shift = 32 - model->match_bits;
  uint32_t *places[2] = {&model->matches[0][tng_finish_hash(s.six) >> match_shift], &model->matches[1][tng_finish_hash(s.four) >> match_shift]};
  // Where the match model's pixel comes from: 3 it goes on, 2 the same six neighbours, 1 the same four, 0 none.
  uint32_t origin = 3;
  if (scan->match_length == 0) {
    origin = *places[0] ? 2 : *places[1] ? 1 : 0;
    scan->match = origin == 0 ? -1 : (ptrdiff_t)*places[2 - origin] - 1;
  }
  tng_pixel match = origin ? model->pixels[scan->match] : p->w;
  uint32_t is_broken = x == scan->broken, length = (uint32_t)scan->match_length;
  uint32_t class = length == 0 ? 0 : length < 4 ? 1 : length < 16 ? 2 : length < 64 ? 3 : 4;
  uint32_t key = s.equal | class << 7 | origin << 10 | (uint32_t)(match == p->w) << 12 | (uint32_t)(match == p->n) << 13 | is_broken << 14;
  uint32_t three = tng_hash_pixel(row[x - 3]), hm = tng_hash_pixel(match);
  uint32_t pair = tng_combine(s.w, s.n);
  uint32_t contexts[tng_candidate_inputs] = {
      key, tng_combine(pair, key), tng_combine(tng_combine(pair, s.nw), s.ne), tng_combine(s.six, 7),
      tng_combine(hm, s.w) + (origin > 0), (class * 1000 + (scan->match_history & 255)) * 2 + is_broken,
      tng_combine(tng_combine(s.w, s.ww), three) + 1, tng_combine(tng_combine(s.n, s.ne), hm) + 2,
      tng_combine(tng_combine(s.six, three), tng_hash_pixel((row - model->stride)[x + 2])), tng_combine(tng_combine(s.w, s.nw), s.ww)};
  tng_slot *lines[tng_candidate_inputs], *slots[tng_candidate_inputs];
  for (int32_t i = 0; i < tng_candidate_inputs; i++) lines[i] = tng_find_decisions(model, i, contexts[i]);
  tng_pixel pixel = encodes ? row[x] : 0;
  tng_pixel candidates[tng_candidates] = {match, p->w, p->n, p->ne, p->nw}, tried[tng_candidates + 1];
  int32_t tries = 0, is_found = 0, allowance = 0;
  if (is_broken) tried[tries++] = scan->broken_value;
  if (encodes && model->tolerance.most) pixel = tng_nearest(model, row + x, candidates, tried, tries);
  for (int32_t k = 0; k < tng_candidates && !is_found; k++) {
    int32_t is_tried = 0;
    for (int32_t i = 0; i < tries; i++) is_tried |= tried[i] == candidates[k];
    if (is_tried) continue;
    for (int32_t i = 0; i < tng_candidate_inputs; i++) slots[i] = lines[i] + k;
    is_found = tng_mix(model, encodes, pixel == candidates[k], slots, tng_candidate_inputs,
                       &model->candidate_mixers[k][class * 4 + (s.equal & 3) + 32 * origin + 128 * is_broken],
                       &model->candidate_confidence[k][tng_confidence(slots[3], slots[2], slots[1])]);
    tried[tries++] = candidates[k];
    if (is_found) pixel = candidates[k];
  }
  if (encodes && !is_found && model->tolerance.most) {
    allowance = tng_allowance(model, row + x);
    tng_pixel last = model->context_colours[tng_finish_hash(s.four) >> (32 - model->colour_bits)];
    int32_t is_tried = 0;
    for (int32_t i = 0; i < tries; i++) is_tried |= tried[i] == last;
    if (!is_tried && tng_distance(model, row[x], last) <= allowance) pixel = last;
  }
  if (!is_found) pixel = tng_code_colour(model, encodes, pixel, x, scan, &s, tried, tries, allowance);
  row[x] = pixel;

  int32_t is_hit = origin && match == pixel;
  scan->match_length = is_hit ? scan->match_length + 1 : 0;
  scan->match += is_hit;
  scan->match_history = scan->match_history << 1 | (uint32_t)!is_hit;
  *places[0] = *places[1] = (uint32_t)(row + x - model->pixels) + 1;
}

#endif
