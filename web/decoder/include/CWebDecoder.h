// How the decoder answers the page that calls it: functions that the page brings. What pointers lead to is gone when they
// return, so a page copies what it keeps.
#ifndef TNG_WEB_DECODER_H
#define TNG_WEB_DECODER_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define TNG_WEB_IMPORT(name) __attribute__((import_module("tng"), import_name(name)))

// Why a call failed, in UTF-8. Six lines: category, code, part, tile, byte offset, each empty where there is none, and a sentence.
TNG_WEB_IMPORT("failed")
void tng_web_failed(const uint8_t *text, size_t count);

// What a file says of its picture. `channels`: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
// `level` is -1 if the file ends before it names its model.
TNG_WEB_IMPORT("info")
void tng_web_info(int32_t width, int32_t height, int32_t channels, int32_t level, uint32_t model);

// The ICC profile that the samples are in; not called for sRGB.
TNG_WEB_IMPORT("profile")
void tng_web_profile(const uint8_t *bytes, size_t count);

// The picture, or the part that was asked for: width * height * channels samples, interleaved.
TNG_WEB_IMPORT("picture")
void tng_web_picture(const uint8_t *samples, int32_t width, int32_t height, size_t count);

// Bytes of the file that a region needs. Called once for each range, in rising order.
TNG_WEB_IMPORT("range")
void tng_web_range(uint32_t start, uint32_t end);

#pragma clang assume_nonnull end
#endif
