import Pixels
import TNG
import TestSupport
import Testing

@Suite struct CancellationTests {
  private let picture = testPicture(width: 40, height: 24, format: .rgba)

  @Test(arguments: [TNGEncoder.Target.quality(.standard), .psnr(30), .bytes(2000), .lossless])
  func whatIsCancelledIsNotEncoded(target: TNGEncoder.Target) throws {
    let cancellation = Cancellation()
    let encoder = TNGEncoder(options: .init(target: target, cancellation: cancellation))
    #expect(try !encoder.encode(picture).isEmpty)
    cancellation.cancel()
    let error = #expect(throws: TNGError.self) { try encoder.encode(picture) }
    #expect(error?.code == .cancelled && error?.category == .cancelled)
  }

  @Test(arguments: [false, true])
  func whatIsCancelledIsNotDecoded(isLossless: Bool) throws {
    let file = try isLossless ? losslessly(picture) : encoded(picture)
    let cancellation = Cancellation()
    let decoder = TNGDecoder(options: .init(cancellation: cancellation))
    #expect(try decoder.decode(file).pixels.width == 40)
    cancellation.cancel()
    for decode in [{ try decoder.decode(file) }, { try decoder.decodePartial(file).picture }] {
      let error = #expect(throws: TNGError.self) { try decode() }
      #expect(error?.code == .cancelled)
    }
  }
}
