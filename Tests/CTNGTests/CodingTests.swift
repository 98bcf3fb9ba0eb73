import CTNG
import CTNGHeader
import Dispatch
import Pixels
import TNG
import Testing

/// A small picture: smooth colours and an edge.
func testPixels(_ format: PixelFormat, width: Int = 37, height: Int = 21) -> PixelBuffer {
  let samples = (0..<width * height * format.channels).map { index in
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: format.channels)
    let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
    return UInt8(40 + 3 * row + 2 * column + 20 * channel + (row > column ? 30 : 0))
  }
  return PixelBuffer(width: width, height: height, format: format, samples: samples)
}

/// Rows with `padding` bytes of 7 behind each.
private func padded(_ pixels: PixelBuffer, by padding: Int, as format: PixelFormat? = nil)
  -> [UInt8]
{
  let row = pixels.width * (format ?? pixels.format).channels
  return (0..<pixels.height).flatMap { i in
    pixels.samples[i * row..<(i + 1) * row] + [UInt8](repeating: 7, count: padding)
  }
}

@Suite struct CodingTests {
  @Test(arguments: PixelFormat.allCases, [TNG_TARGET_QUALITY, TNG_TARGET_LOSSLESS])
  func filesAndPixelsAreThoseOfTheSwiftLibrary(
    format: PixelFormat, target: tng_target
  ) throws {
    let pixels = testPixels(format)
    let padding = 5
    let layout = layout(pixels, stride: pixels.width * format.channels + padding)
    let samples = padded(pixels, by: padding)
    let options = encoderOptions {
      $0.target = target
      $0.value = 70
    }
    let file = try Encoder(options).encode(samples, layout)

    let quality = TNGEncoder.Target.quality(Quality(percent: 70)!)
    let swift = TNGEncoder(
      options: .init(target: target == TNG_TARGET_LOSSLESS ? .lossless : quality))
    #expect(try file == swift.encode(Picture(pixels: pixels)))

    let decoder = try Decoder(file)
    let info = try decoder.info()
    #expect(info.width == 37 && info.height == 21 && info.depth == 8 && info.is_ready)
    #expect(info.format.rawValue == UInt32(format.channels))
    #expect(info.is_lossless == (target == TNG_TARGET_LOSSLESS))
    #expect(info.has_model != info.is_lossless && info.file_size == file.count)
    var decoded = [UInt8](repeating: 7, count: samples.count)
    try decoder.decode(&decoded, layout)
    let expected = try TNGDecoder().decode(file).pixels
    #expect(decoded == padded(expected, by: padding))
  }

  @Test(arguments: [1, 5, 10, 16])
  func samplesOfAnyDepthAreKept(depth: Int) throws {
    let (width, height) = (19, 11)
    let samples = (0..<UInt16(width * height * 3)).map { ($0 &* 2711) >> UInt16(16 - depth) }
    let bytes = depth > 8 ? samples.withUnsafeBytes { [UInt8]($0) } : samples.map { UInt8($0) }
    var layout = layout(testPixels(.rgb, width: width, height: height))
    layout.depth = UInt32(depth)
    let file = try Encoder(encoderOptions { $0.target = TNG_TARGET_LOSSLESS })
      .encode(bytes, layout)
    let decoder = try Decoder(file)
    #expect(try decoder.info().depth == UInt32(depth))
    var decoded = [UInt8](repeating: 0, count: bytes.count)
    try decoder.decode(&decoded, layout)
    #expect(decoded == bytes)

    // As 8 bits, too.
    layout.depth = 8
    decoded = [UInt8](repeating: 0, count: samples.count)
    try decoder.decode(&decoded, layout)
    let largest = 1 << depth - 1
    #expect(decoded == samples.map { UInt8((Int($0) * 255 + largest / 2) / largest) })
  }

  @Test(arguments: [7, 10])
  func samplesBeyondTheirDepthAreRefused(depth: UInt32) throws {
    var layout = layout(testPixels(.gray))
    layout.depth = depth
    let error = #expect(throws: CallError.self) {
      try Encoder().encode([UInt8](repeating: 255, count: 37 * 21 * 2), layout)
    }
    #expect(error?.status == TNG_ERROR_INVALID_ARGUMENT)
  }

  @Test func greyIsWrittenAsColoursAndMissingAlphaIsOpaque() throws {
    let pixels = testPixels(.gray)
    let lossless = encoderOptions { $0.target = TNG_TARGET_LOSSLESS }
    let file = try Encoder(lossless).encode(pixels.samples, layout(pixels))
    var decoded = [UInt8](repeating: 0, count: pixels.samples.count * 4)
    try Decoder(file).decode(&decoded, layout(pixels, format: .rgba))
    #expect(decoded == pixels.samples.flatMap { [$0, $0, $0, 255] })
  }

  @Test func metadataTravel() throws {
    let pixels = testPixels(.rgb)
    let (icc, xmp): ([UInt8], [UInt8]) = ([1, 2, 3], Array("<x/>".utf8))
    let file = try icc.withUnsafeBufferPointer { icc in
      try xmp.withUnsafeBufferPointer { xmp in
        var metadata = tng_metadata(
          struct_size: MemoryLayout<tng_metadata>.size, icc_profile: icc.baseAddress,
          icc_profile_size: icc.count, exif: nil, exif_size: 0, xmp: xmp.baseAddress,
          xmp_size: xmp.count)
        return try Encoder().encode(pixels.samples, layout(pixels), metadata: &metadata)
      }
    }
    let decoder = try Decoder(file)
    var metadata = tng_metadata()
    metadata.struct_size = MemoryLayout<tng_metadata>.size
    try call { tng_decoder_read_metadata(decoder.pointer, &metadata, $0) }
    let bytes = { [UInt8](UnsafeBufferPointer(start: $0, count: $1)) }
    #expect(bytes(metadata.icc_profile, metadata.icc_profile_size) == icc)
    #expect(bytes(metadata.xmp, metadata.xmp_size) == xmp)
    #expect(metadata.exif == nil && metadata.exif_size == 0)
  }

  @Test func aFileArrivesByteAfterByte() throws {
    let pixels = testPixels(.rgb)
    let layout = layout(pixels)
    let file = try Encoder().encode(pixels.samples, layout)
    let decoder = try Decoder()
    var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
    var (knownAt, readyAt, share) = (0, 0, 0.0)
    for (count, byte) in file.enumerated() {
      let strict = #expect(throws: CallError.self) { try decoder.decode(&decoded, layout) }
      #expect(strict?.status == TNG_ERROR_TRUNCATED)
      if let info = try? decoder.info() {
        if knownAt == 0 { knownAt = count }
        if info.is_ready {
          if readyAt == 0 { readyAt = count }
          #expect(info.file_size == file.count)
          let completeness = try decoder.decodePartial(&decoded, layout)
          #expect(completeness.byte_share >= share)
          share = completeness.byte_share
        }
      }
      try decoder.append([byte])
    }
    #expect((1...15).contains(knownAt) && knownAt < readyAt && readyAt < file.count)
    try decoder.decode(&decoded, layout)
    #expect(try decoded == TNGDecoder().decode(file).pixels.samples)

    tng_decoder_reset(decoder.pointer)
    #expect(throws: CallError.self) { try decoder.info() }
    try decoder.append(file)
    #expect(try decoder.info().width == 37)
  }

  @Test(arguments: DecodingScale.allCases)
  func aSmallerSizeAndAPartAreThoseOfTheSwiftLibrary(scale: DecodingScale) throws {
    let pixels = testPixels(.rgb)
    let file = try Encoder().encode(pixels.samples, layout(pixels))
    let reduction = UInt32(scale.rawValue)
    for region in [nil, PixelRegion(x: 1, y: 2, width: 3, height: 1)] {
      let expected = try TNGDecoder().decode(file, scale: scale, region: region).pixels
      let decoder = try Decoder(file)
      try decoder.setArea(
        reduction: reduction, x: UInt32(region?.x ?? 0), y: UInt32(region?.y ?? 0),
        width: UInt32(region?.width ?? 0), height: UInt32(region?.height ?? 0))
      var decoded = [UInt8](repeating: 7, count: expected.samples.count)
      try decoder.decode(&decoded, layout(expected))
      #expect(decoded == expected.samples)
      decoded = [UInt8](repeating: 7, count: expected.samples.count)
      #expect(try decoder.decodePartial(&decoded, layout(expected)).byte_share == 1)
      #expect(decoded == expected.samples)
    }
  }

  @Test func anAreaHoldsUntilTheDecoderIsReset() throws {
    let pixels = testPixels(.gray)
    let file = try Encoder().encode(pixels.samples, layout(pixels))
    var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
    let decoder = try Decoder(file)
    try decoder.setArea(reduction: 2)
    #expect(throws: CallError.self) { try decoder.decode(&decoded, layout(pixels)) }
    try call { tng_decoder_set_area(decoder.pointer, nil, $0) }
    try decoder.decode(&decoded, layout(pixels))
    try decoder.setArea(reduction: 2)
    tng_decoder_reset(decoder.pointer)
    try decoder.append(file)
    try decoder.decode(&decoded, layout(pixels))
  }

  @Test func graphicsAreKeptAsTheyAreOrNot() throws {
    // Black and white by chance: the network cannot keep it.
    var state: UInt32 = 1
    let samples = (0..<64 * 64).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 31) * 255
    }
    let pixels = PixelBuffer(width: 64, height: 64, format: .gray, samples: samples)
    let files = try [TNG_GRAPHICS_AUTO, TNG_GRAPHICS_NEVER].map { graphics in
      try Encoder(encoderOptions { $0.graphics = graphics }).encode(samples, layout(pixels))
    }
    let exact = try files.map { try TNGDecoder().readInfo($0).exact?.pixels }
    #expect(exact == [64 * 64, nil])
  }

  @Test func aFlagEndsTheWork() throws {
    let pixels = testPixels(.rgb)
    var flag: UInt8 = 0
    try withUnsafeMutablePointer(to: &flag) { flag in
      let encoder = try Encoder(
        encoderOptions {
          $0.is_cancelled = tng_flag_is_set
          $0.cancel_context = UnsafeMutableRawPointer(flag)
        })
      _ = try encoder.encode(pixels.samples, layout(pixels))
      flag.pointee = 1
      let error = #expect(throws: CallError.self) {
        try encoder.encode(pixels.samples, layout(pixels))
      }
      #expect(error?.status == TNG_ERROR_CANCELLED)
    }
  }

  @Test func theCallbackEndsTheWork() throws {
    let pixels = testPixels(.rgb)
    let file = try Encoder().encode(pixels.samples, layout(pixels))
    // A bool: whether to go on.
    let isCancelled: tng_is_cancelled = { !$0!.load(as: Bool.self) }
    var goesOn = false
    try withUnsafeMutableBytes(of: &goesOn) { goesOn in
      let encoder = try Encoder(
        encoderOptions {
          $0.is_cancelled = isCancelled
          $0.cancel_context = goesOn.baseAddress
        })
      let decoder = try Decoder(
        file,
        options: decoderOptions {
          $0.is_cancelled = isCancelled
          $0.cancel_context = goesOn.baseAddress
        })
      var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
      for body in [
        { _ = try encoder.encode(pixels.samples, layout(pixels)) },
        { try decoder.decode(&decoded, layout(pixels)) },
      ] {
        goesOn.storeBytes(of: false, as: Bool.self)
        #expect(#expect(throws: CallError.self) { try body() }?.status == TNG_ERROR_CANCELLED)
        goesOn.storeBytes(of: true, as: Bool.self)
        try body()
      }
    }
  }

  @Test func oneEncoderServesManyThreads() throws {
    let pixels = testPixels(.rgb)
    let encoder = try Encoder()
    let file = try encoder.encode(pixels.samples, layout(pixels))
    let expected = try TNGDecoder().decode(file).pixels.samples
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      do {
        #expect(try encoder.encode(pixels.samples, layout(pixels)) == file)
        var decoded = [UInt8](repeating: 0, count: expected.count)
        try Decoder(file, options: decoderOptions { $0.threads = 2 })
          .decode(&decoded, layout(pixels))
        #expect(decoded == expected)
      } catch {
        Issue.record(error)
      }
    }
  }
}
