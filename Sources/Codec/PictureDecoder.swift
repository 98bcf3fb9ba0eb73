package import Container
import EntropyCoding
package import Neural
package import Pixels

/// Coded tiles to pixels: entropy decoding, dequantisation and synthesis.
package struct PictureDecoder: Sendable {
  private let model: Model
  private let execution: Execution

  package init(model: Model, execution: Execution) {
    self.model = model
    self.execution = execution
  }

  /// Decodes the picture of a file whose model is this one.
  package func decode(_ file: ContainerFile, allowsPartial: Bool) throws(CodecError) -> PixelBuffer
  {
    let header = file.header
    let grid = TileGrid(width: header.width, height: header.height)
    let alpha = try decodeAlpha(file, grid: grid, allowsPartial: allowsPartial)
    let latents = try decodeLatents(file, grid: grid, allowsPartial: allowsPartial)
    return reconstruct(latents, header: header, alpha: alpha)
  }

  /// The pixels of decoded latents.
  package func reconstruct(
    _ latents: consuming Tensor, header: FileHeader, alpha: [UInt8]?
  ) -> PixelBuffer {
    Synthesis(model: model, execution: execution).pixels(
      of: latents, level: Int(header.level), width: header.width, height: header.height,
      format: PixelFormat(isGray: header.isGray, hasAlpha: header.hasAlpha), alpha: alpha)
  }

  private func decodeAlpha(
    _ file: ContainerFile, grid: TileGrid, allowsPartial: Bool
  ) throws(CodecError) -> [UInt8]? {
    guard let chunk = file.chunk(.alpha) else { return nil }
    let streams = try streams(of: chunk, in: file, grid: grid, allowsPartial: allowsPartial)
    return try AlphaTiles(grid: grid, execution: execution).decode(
      streams, in: file.bytes, allowsPartial: allowsPartial)
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
    _ file: ContainerFile, grid: TileGrid, allowsPartial: Bool
  ) throws(CodecError) -> Tensor {
    guard let chunk = file.chunk(.latents) else {
      throw .missingLatents(offset: file.bytes.count)
    }
    let streams = try streams(of: chunk, in: file, grid: grid, allowsPartial: allowsPartial)
    let latents = execution.tensor(
      rows: latentCount(grid.height), columns: latentCount(grid.width),
      channels: model.latentChannels)
    let failures = execution.map(grid.count) { index, inner -> CodecError? in
      let area = grid.latents(of: index)
      do throws(StreamError) {
        let stream: StreamDecoder? =
          if let range = streams[index] { try StreamDecoder(file.bytes, range: range) } else { nil }
        let tile = try LatentDecoder(model: model, execution: inner).decode(
          stream, rows: area.rows.count, columns: area.columns.count, allowsPartial: allowsPartial)
        latents.replace(row: area.rows.lowerBound, column: area.columns.lowerBound, with: tile)
        return nil
      } catch {
        return .damagedTile(
          index, of: .latents, error, offset: (streams[index] ?? chunk.payload).lowerBound)
      }
    }
    for case let failure? in failures { throw failure }
    return latents
  }
}
