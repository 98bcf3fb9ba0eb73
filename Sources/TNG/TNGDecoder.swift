import Codec
import Container
package import Neural
import Pixels

/// Decodes `.tng` files.
///
///     let decoder = TNGDecoder(options: .init(threads: 2))
///     let picture = try decoder.decode(file)
///
/// The pixels depend on the file alone: not on the processor, nor on the number of threads.
public struct TNGDecoder: Sendable {
  /// The settings of a decoder.
  public struct Options: Sendable, Hashable {
    /// The number of threads, at least 1. The pixels do not depend on it.
    public var threads: Int
    /// The largest picture to decode, in pixels.
    public var maximumPixels: Int
    /// The most bytes of metadata to accept.
    public var maximumMetadataBytes: Int
    /// Whether a cut or damaged file gives the picture that its bytes allow instead of an error.
    public var allowsPartial: Bool

    /// Creates the settings.
    public init(
      threads: Int = 1, maximumPixels: Int = 1 << 28, maximumMetadataBytes: Int = 64 << 20,
      allowsPartial: Bool = false
    ) {
      self.threads = threads
      self.maximumPixels = maximumPixels
      self.maximumMetadataBytes = maximumMetadataBytes
      self.allowsPartial = allowsPartial
    }
  }

  /// The settings.
  public var options: Options
  private let kernels: Kernels
  private let workspace = Workspace()

  /// Creates a decoder. It keeps up to 32 MiB of memory from one picture for the next; any number of threads may use it at once.
  public init(options: Options = Options()) {
    self.init(options: options, kernels: .selected)
  }

  package init(options: Options, kernels: Kernels) {
    self.options = options
    self.kernels = kernels
  }

  /// Decodes a file.
  ///
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func decode(_ file: [UInt8]) throws(TNGError) -> Picture {
    let container = try parse(file)
    let header = container.header
    guard header.width <= options.maximumPixels / header.height else {
      throw .limitExceeded(
        "the picture has \(header.width)×\(header.height) pixels, the limit is \(options.maximumPixels)"
      )
    }
    guard let model = ModelLibrary.model(id: header.modelID) else {
      throw .unsupported("its model, \(hexadecimal(header.modelID)), is not known here")
    }
    let execution = Execution(
      kernels: kernels, threads: options.threads, workspace: workspace)
    do throws(CodecError) {
      let pixels = try execution.withWorkers { execution throws(CodecError) in
        try PictureDecoder(model: model, execution: execution).decode(
          container, allowsPartial: options.allowsPartial)
      }
      return Picture(pixels: pixels, metadata: container.metadata)
    } catch {
      throw TNGError(error)
    }
  }

  /// Reads what a file says of its picture, without decoding it.
  ///
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func readInfo(_ file: [UInt8]) throws(TNGError) -> PictureInfo {
    let container = try parse(file)
    let header = container.header
    return PictureInfo(
      width: header.width, height: header.height,
      format: PixelFormat(isGray: header.isGray, hasAlpha: header.hasAlpha),
      quality: Quality(level: Int(header.level)), modelID: header.modelID,
      modelName: ModelLibrary.name(id: header.modelID), metadata: container.metadata)
  }

  private func parse(_ file: [UInt8]) throws(TNGError) -> ContainerFile {
    let container: ContainerFile
    do throws(ContainerError) {
      container = try ContainerFile(parsing: file, allowsPartial: options.allowsPartial)
    } catch {
      throw TNGError(error)
    }
    let metadataBytes = container.chunks.reduce(0) { sum, chunk in
      chunk.type.isRequired ? sum : sum + chunk.payload.count
    }
    guard metadataBytes <= options.maximumMetadataBytes else {
      throw .limitExceeded(
        "there are \(metadataBytes) bytes of metadata, the limit is \(options.maximumMetadataBytes)"
      )
    }
    return container
  }
}

/// `0x` and eight digits.
private func hexadecimal(_ id: UInt32) -> String {
  let digits = String(id, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

extension ContainerFile {
  /// The metadata chunks that are intact.
  fileprivate var metadata: Metadata {
    let payload = { (type: ChunkType) -> [UInt8]? in
      guard let chunk = chunk(type), chunk.isIntact else { return nil }
      return Array(bytes[chunk.payload])
    }
    return Metadata(iccProfile: payload(.iccProfile), exif: payload(.exif), xmp: payload(.xmp))
  }
}
