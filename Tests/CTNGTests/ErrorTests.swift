@testable import CTNG
import CTNGHeader
import Pixels
import TNG
import Testing

@Suite struct ErrorTests {
  private let pixels = testPixels(.rgb)

  /// The status that a failing body gives.
  private func status(of body: () throws -> Void) -> tng_status? {
    #expect(throws: CallError.self) { try body() }?.status
  }

  @Test(arguments: TNGError.Code.allCases)
  func everyCodeHasItsNumberAndNames(code: TNGError.Code) {
    let status = tng_status(code)
    #expect(tng_status_name(status).map { String(cString: $0) } == code.rawValue)
    let category = tng_category_name(tng_status_category(status))
    #expect(category.map { String(cString: $0) } == code.category.rawValue)
  }

  @Test func numbersThatAreNoStatusHaveNoName() {
    #expect(tng_status_name(tng_status(199)) == nil)
    #expect(tng_status_category(tng_status(199)) == TNG_CATEGORY_NONE)
    #expect(tng_category_name(tng_category(99)) == nil)
  }

  @Test func damageIsNamedByPlace() throws {
    var file = try Encoder().encode(pixels.samples, layout(pixels))
    file[file.count - 10] ^= 1
    var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
    let error = #expect(throws: CallError.self) {
      try Decoder(file).decode(&decoded, layout(pixels))
    }
    #expect(error?.status == TNG_ERROR_CHECKSUM_MISMATCH)
    #expect(error?.details.status == error?.status && error?.details.part == TNG_PART_LATENTS)
    #expect(error?.details.tile == 0)
    let expected = #expect(throws: TNGError.self) { try TNGDecoder().decode(file) }
    #expect(error?.message == expected?.description)
    #expect(error.map { Int($0.details.offset) } == expected?.offset)
  }

  @Test func limitsHold() throws {
    let few = encoderOptions { $0.max_pixels = 100 }
    let error = #expect(throws: CallError.self) {
      try Encoder(few).encode(pixels.samples, layout(pixels))
    }
    #expect(error?.status == TNG_ERROR_TOO_MANY_PIXELS)
    #expect(error?.details.value == 37 * 21 && error?.details.bound == 100)

    let file = try Encoder().encode(pixels.samples, layout(pixels))
    var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
    let small = try Decoder(file, options: decoderOptions { $0.max_memory = 1000 })
    #expect(
      status { try small.decode(&decoded, layout(pixels)) } == TNG_ERROR_TOO_MUCH_MEMORY)
  }

  @Test func targetsOutOfReachAreToldOf() throws {
    let options = encoderOptions {
      $0.target = TNG_TARGET_BYTES
      $0.value = 10
    }
    #expect(
      status { _ = try Encoder(options).encode(pixels.samples, layout(pixels)) }
        == TNG_ERROR_SIZE_NOT_REACHABLE)
  }

  @Test func optionsThatMakeNoSenseAreRefused() {
    for change: (inout tng_encoder_options) -> Void in [
      { $0.value = -1 }, { $0.value = .nan }, { $0.effort = 10 }, { $0.threads = 0 },
      { $0.target = tng_target(99) }, { $0.tuning = tng_tuning(99) },
      { $0.graphics = tng_graphics(99) }, { $0.struct_size = 8 },
      {
        $0.target = TNG_TARGET_BYTES; $0.value = 1.5
      },
      {
        $0.target = TNG_TARGET_PSNR; $0.value = .infinity
      },
    ] {
      #expect(
        status { _ = try Encoder(encoderOptions(change)) } == TNG_ERROR_INVALID_ARGUMENT)
    }
    for change: (inout tng_decoder_options) -> Void in [
      { $0.threads = 5000 }, { $0.max_tile_seconds = -1 }, { $0.struct_size = 1 << 20 },
    ] {
      #expect(
        status { _ = try Decoder(options: decoderOptions(change)) } == TNG_ERROR_INVALID_ARGUMENT)
    }
  }

  @Test func layoutsThatDoNotFitAreRefused() throws {
    let file = try Encoder().encode(pixels.samples, layout(pixels))
    for change: (inout tng_layout) -> Void in [
      { $0.width = 0 }, { $0.width += 1 }, { $0.height += 1 }, { $0.stride = 5 },
      { $0.stride = 200 }, { $0.stride = .max }, { $0.format = tng_format(5) }, { $0.depth = 0 },
      { $0.depth = 16 }, { $0.struct_size = 0 }, { $0.format = TNG_FORMAT_GRAY },
      { $0.height = .max },
    ] {
      var layout = layout(pixels)
      change(&layout)
      var decoded = [UInt8](repeating: 0, count: pixels.samples.count)
      let error = #expect(throws: CallError.self) { try Decoder(file).decode(&decoded, layout) }
      #expect(error?.status == TNG_ERROR_INVALID_ARGUMENT)
      #expect(error?.message.hasPrefix("The call is wrong: ") == true)
    }
  }

  @Test func areasThatDoNotFitAreRefused() throws {
    let file = try Encoder().encode(pixels.samples, layout(pixels))
    let decoder = try Decoder(file)
    #expect(status { try decoder.setArea(reduction: 3) } == TNG_ERROR_INVALID_ARGUMENT)
    #expect(status { try decoder.setArea(x: 1) } == TNG_ERROR_INVALID_ARGUMENT)
    #expect(status { try decoder.setArea(width: 1) } == TNG_ERROR_INVALID_ARGUMENT)
    var layout = layout(pixels)
    (layout.width, layout.height) = (4, 4)
    var decoded = [UInt8](repeating: 0, count: 4 * 4 * 3)
    for x: UInt32 in [16, .max] {
      try decoder.setArea(reduction: 2, x: x, y: 0, width: 4, height: 4)
      #expect(status { try decoder.decode(&decoded, layout) } == TNG_ERROR_REGION_OUTSIDE)
    }
    try decoder.setArea(reduction: 2, x: 15, y: 0, width: 4, height: 4)
    try decoder.decode(&decoded, layout)
  }

  @Test func nullIsRefusedOrIgnored() {
    #expect(tng_encoder_create(nil, nil, nil) == TNG_ERROR_INVALID_ARGUMENT)
    #expect(
      tng_encoder_encode(nil, nil, nil, 0, nil, nil, nil, nil) == TNG_ERROR_INVALID_ARGUMENT)
    #expect(tng_decoder_append(nil, nil, 0, nil) == TNG_ERROR_INVALID_ARGUMENT)
    #expect(tng_decoder_read_info(nil, nil, nil) == TNG_ERROR_INVALID_ARGUMENT)
    #expect(tng_decoder_set_area(nil, nil, nil) == TNG_ERROR_INVALID_ARGUMENT)
    #expect(tng_decoder_decode(nil, nil, nil, 0, nil) == TNG_ERROR_INVALID_ARGUMENT)
    tng_encoder_free(nil)
    tng_decoder_free(nil)
    tng_decoder_reset(nil)
    tng_free(nil)
    #expect(!tng_recognizes(nil, 4))
  }
}

/// Programs that were compiled with another version of the header.
@Suite struct VersionTests {
  /// The options of a later version: one member more.
  private func later(member: UInt64) -> [UInt8] {
    var options = encoderOptions { $0.struct_size += 8 }
    return withUnsafeBytes(of: &options) { [UInt8]($0) }
      + withUnsafeBytes(of: member) { [UInt8]($0) }
  }

  private func create(_ options: [UInt8]) -> tng_status {
    var encoder: OpaquePointer?
    defer { tng_encoder_free(encoder) }
    return options.withUnsafeBytes {
      tng_encoder_create(
        $0.baseAddress!.assumingMemoryBound(to: tng_encoder_options.self), &encoder, nil)
    }
  }

  @Test func unknownMembersMustBeZero() {
    #expect(create(later(member: 0)) == TNG_OK)
    #expect(create(later(member: 1)) == TNG_ERROR_INVALID_ARGUMENT)
  }

  @Test func aProgramOfTheFirstVersionLacksTheLastMembers() throws {
    let options = encoderOptions { $0.struct_size = tng_encoder_options.firstSize }
    var bytes = withUnsafeBytes(of: options) { [UInt8]($0) }
    // What lies behind its structure is anything.
    for index in tng_encoder_options.firstSize..<bytes.count { bytes[index] = 0xFF }
    #expect(create(bytes) == TNG_OK)
  }

  @Test func unknownMembersAreInitialized() {
    var bytes = [UInt8](repeating: 0xFF, count: MemoryLayout<tng_encoder_options>.size + 8)
    let size = bytes.count
    bytes.withUnsafeMutableBytes {
      tng_encoder_options_init(
        $0.baseAddress!.assumingMemoryBound(to: tng_encoder_options.self), size)
    }
    #expect(bytes.suffix(8).allSatisfy { $0 == 0 })
    #expect(create(bytes) == TNG_OK)
  }

  /// These numbers are in compiled programs.
  @Test func structuresHaveTheirSizes() {
    #expect(MemoryLayout<tng_error>.size == tng_error.firstSize)
    #expect(MemoryLayout<tng_layout>.size == tng_layout.firstSize)
    #expect(MemoryLayout<tng_metadata>.size == tng_metadata.firstSize)
    #expect(MemoryLayout<tng_encoder_options>.size == 80)
    #expect(tng_encoder_options.firstSize == 72)
    #expect(MemoryLayout<tng_decoder_options>.size == tng_decoder_options.firstSize)
    #expect(MemoryLayout<tng_info>.size == tng_info.firstSize)
    #expect(MemoryLayout<tng_area>.size == tng_area.firstSize)
    #expect(MemoryLayout<tng_completeness>.size == tng_completeness.firstSize)
    #expect(String(cString: tng_version_string()) == "0.1.0" && tng_version() == 1000)
  }
}
