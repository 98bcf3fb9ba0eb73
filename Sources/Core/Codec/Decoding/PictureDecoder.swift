package import Container
import EntropyCoding
package import Neural
package import Pixels

/// Coded tiles to pixels: entropy decoding, dequantisation and synthesis.
package struct PictureDecoder: Sendable {
  let model: Model
  let execution: Execution
  private let timer: TileTimer?

  package init(model: Model, execution: Execution, timer: TileTimer? = nil) {
    self.model = model
    self.execution = execution
    self.timer = timer
  }

  /// A decoded picture, and how much of it the file had.
  package struct Decoded: Sendable {
    package let pixels: PixelBuffer
    package let arrival: TileArrival
  }

  /// Decodes the picture of a file whose model is this one.
  ///
  /// - Parameter allowsPartial: take what is missing or damaged as Format.md, section 11, says, instead of throwing.
  package func decode(_ file: ContainerFile, allowsPartial: Bool) throws(CodecError) -> Decoded {
    guard let chunk = file.chunk(.latents) else { throw .missingLatents(offset: file.bytes.count) }
    let header = file.header
    let grid = TileGrid(width: header.width, height: header.height)
    // Both chunks are checked before anything of the picture's size is allocated.
    let streams = try streams(of: chunk, in: file, grid: grid, allowsPartial: allowsPartial)
    guard UInt64(chunk.announcedSize) >= leastBytes(of: header) else {
      throw .container(.chunkTooShort(.latents, offset: chunk.payload.lowerBound))
    }
    var alphaStreams: TileStreams?
    var alpha: [UInt8]?
    if let chunk = file.chunk(.alpha) {
      let streams = try self.streams(of: chunk, in: file, grid: grid, allowsPartial: allowsPartial)
      alpha = try AlphaTiles(grid: grid, execution: execution, timer: timer).decode(
        streams, in: file.bytes, allowsPartial: allowsPartial)
      alphaStreams = streams
    }
    let latents = try decodeLatents(streams, of: file, grid: grid, allowsPartial: allowsPartial)
    return Decoded(
      pixels: reconstruct(latents, header: header, alpha: alpha),
      arrival: TileArrival(
        latents: streams, alpha: alphaStreams, tileCount: grid.count,
        announcedBytes: chunk.announcedSize))
  }

  /// The pixels of decoded latents.
  package func reconstruct(
    _ latents: consuming Tensor, header: FileHeader, alpha: [UInt8]?
  ) -> PixelBuffer {
    Synthesis(model: model, execution: execution).pixels(
      of: latents, level: Int(header.level), width: header.width, height: header.height,
      format: header.format, alpha: alpha)
  }

  private func streams(
    of chunk: Chunk, in file: ContainerFile, grid: TileGrid, allowsPartial: Bool
  ) throws(CodecError) -> TileStreams {
    do throws(ContainerError) {
      return try TileStreams(
        of: chunk, in: file.bytes, count: grid.count, minimumSize: StreamDecoder.minimumSize,
        allowsPartial: allowsPartial)
    } catch {
      throw .container(error)
    }
  }

  private func decodeLatents(
    _ streams: TileStreams, of file: ContainerFile, grid: TileGrid, allowsPartial: Bool
  ) throws(CodecError) -> Tensor {
    let latents = execution.tensor(
      rows: latentCount(grid.height), columns: latentCount(grid.width),
      channels: model.latentChannels)
    let failures = execution.map(grid.count) { index, inner -> CodecError? in
      let area = TileArea(grid, index)
      let range = streams[index]?.range
      do throws(TileError) {
        let tile = try LatentDecoder(model: model, execution: inner, timer: timer).decode(
          file.bytes, range, rows: area.rows.count, columns: area.columns.count,
          allowsPartial: allowsPartial)
        latents.replace(row: area.rows.lowerBound, column: area.columns.lowerBound, with: tile)
        return nil
      } catch {
        return CodecError(error, tile: index, of: .latents, offset: range?.lowerBound ?? 0)
      }
    }
    for case let failure? in failures { throw failure }
    return latents
  }
}

extension FileHeader {
  /// The samples of a pixel.
  package var format: PixelFormat { PixelFormat(isGray: isGray, hasAlpha: hasAlpha) }
}
