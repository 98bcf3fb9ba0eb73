internal import CVipsShim

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What zlib has compressed; nil when it is damaged or larger than metadata is (64 MiB).
func decompressedZlib(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
  transformed(bytes, by: vips_shim_inflate)
}

/// What brotli has compressed; nil when it is damaged, larger than metadata is, or the library is
/// not there.
func decompressedBrotli(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
  transformed(bytes, by: vips_shim_unbrotli)
}

/// Bytes compressed by zlib.
func compressedZlib(_ bytes: [UInt8]) -> [UInt8]? {
  transformed(bytes[...], by: vips_shim_deflate)
}

/// The MD5 (RFC 1321) in 32 hexadecimal digits, capital letters.
func md5(_ bytes: [UInt8]) -> String? {
  bytes.withUnsafeBytes { bytes in
    guard let base = bytes.baseAddress, let digits = vips_shim_md5(base, bytes.count) else {
      return nil
    }
    defer { free(digits) }
    return String(cString: digits).uppercased()
  }
}

private func transformed(
  _ bytes: ArraySlice<UInt8>,
  by transform: (UnsafeRawPointer, Int, UnsafeMutablePointer<Int>) -> UnsafeMutableRawPointer?
) -> [UInt8]? {
  bytes.withUnsafeBytes { bytes in
    var count = 0
    guard let base = bytes.baseAddress, let result = transform(base, bytes.count, &count) else {
      return nil
    }
    defer { free(result) }
    return Array(UnsafeRawBufferPointer(start: result, count: count))
  }
}
