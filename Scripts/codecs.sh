# Functions to encode a picture in other formats and to measure it; $tng names the tool.
export LC_ALL=C

# Encodes a picture at a quality of 1 to 100: JPEG with 4:2:0 and optimised Huffman tables, WebP and
# AVIF with much effort, as the sites do that care about bytes.
encode_jpeg() { vips jpegsave "$1" "$2" --Q "$3" --optimize-coding --subsample-mode on --strip; }
encode_webp() { vips webpsave "$1" "$2" --Q "$3" --effort 6 --strip; }
encode_avif() { vips heifsave "$1" "$2" --Q "$3" --compression av1 --effort 6 --strip; }

# The bytes of a file.
bytes() { stat -c %s "$1"; }

# The bits per pixel, and the PSNR in decibels, of a file against an original.
rate() { "$tng" compare --json "$1" "$2" | sed -n 's/.*"bitsPerPixel" : \([0-9.]*\).*/\1/p' | tail -n 1; }
psnr() { "$tng" compare --json "$1" "$2" | sed -n 's/.*"psnr" : \([0-9.]*\).*/\1/p'; }
ssimulacra2() { "$tng" compare --json "$1" "$2" | sed -n 's/.*"ssimulacra2" : \([-0-9.]*\).*/\1/p'; }
size() { bytes "$2"; }

# Encodes a picture at the quality whose measure, `psnr`, `ssimulacra2` or `size`, is nearest to a target.
#
# usage: encode_nearest <codec> <picture> <output> <measure> <target>
encode_nearest() {
  local codec=$1 picture=$2 output=$3 measure=$4 target=$5 low=1 high=100 middle
  while ((low < high)); do
    middle=$(((low + high) / 2))
    if is_below "$(measure_at "$middle")" "$target"; then low=$((middle + 1)); else high=$middle; fi
  done
  # The lowest quality that reaches the target; the one below it may be nearer.
  local above below
  above=$(measure_at "$low")
  below=$(measure_at "$((low > 1 ? low - 1 : 1))")
  if ! is_nearer "$below" "$above" "$target"; then measure_at "$low" > /dev/null; fi
}

# Encodes at a quality and prints the measure; reads the variables of encode_nearest.
measure_at() {
  "encode_$codec" "$picture" "$output" "$1"
  "$measure" "$picture" "$output"
}

is_below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }
is_nearer() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { exit !((t - a)^2 < (t - b)^2) }'; }
