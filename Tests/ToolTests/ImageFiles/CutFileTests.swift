import Pixels
import Testing

@testable import ImageFiles

@Suite("Files that lack their last bytes")
struct CutFileTests {
  private let picture = Picture(pixels: .pattern(width: 96, height: 96, format: .rgb))

  private func read(
    _ file: [UInt8], without count: Int
  ) throws -> (pixels: PixelBuffer, warnings: [ImageWarning]) {
    var warnings: [ImageWarning] = []
    let copy = try ImageReader().read(Array(file.dropLast(count))) { warnings.append($0) }
    return (copy.pixels, warnings)
  }

  @Test("A JPEG file without its end marker is whole")
  func endOfJPEG() throws {
    let file = try ImageWriter(format: .jpeg).write(picture)
    let whole = try ImageReader().read(file).pixels
    for count in [1, 2] {
      let (pixels, warnings) = try read(file, without: count)
      #expect(pixels == whole && warnings == [.cut(rows: 0)])
    }
  }

  @Test(
    "A JPEG file without a few bytes more has some damaged rows, and one without many is refused")
  func lastRowsOfJPEG() throws {
    let file = try ImageWriter(format: .jpeg).write(picture)
    let whole = try ImageReader().read(file).pixels
    let (pixels, warnings) = try read(file, without: 30)
    guard case .cut(let rows) = warnings.first, warnings.count == 1 else {
      Issue.record("\(warnings)")
      return
    }
    #expect((1...17).contains(rows))
    let kept = (96 - rows) * 96 * 3
    #expect(pixels.samples.prefix(kept) == whole.samples.prefix(kept))
    #expect(throws: ImageFileError.self) { try read(file, without: file.count / 2) }
  }

  @Test("A PNG file without its last chunk is whole, and one without data is refused")
  func endOfPNG() throws {
    let file = try ImageWriter(format: .png).write(picture)
    // The end chunk has 12 bytes, before it stand 4 of a checksum.
    for count in [1, 12, 13, 16] {
      let (pixels, warnings) = try read(file, without: count)
      #expect(pixels == picture.pixels && warnings == [.cut(rows: 0)])
    }
    #expect(throws: ImageFileError.self) { try read(file, without: file.count / 3) }
  }
}
