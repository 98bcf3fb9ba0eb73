public import Pixels
public import TNG

/// The rate at which all codecs are compared, in bits per pixel.
public let standardRate = 0.5

/// The best quality at which a picture of many pictures takes at most ``standardRate``.
public func standardQuality() throws -> Quality {
  let picture = try pictureOfPictures()
  let encoder = TNGEncoder(options: .init(target: .bytes(standardBytes(for: picture)), threads: 2))
  let file = try encoder.encode(Picture(pixels: picture))
  return try TNGDecoder().readInfo(file).quality
}

/// The picture on which qualities are chosen.
public func pictureOfPictures() throws -> PixelBuffer {
  guard let picture = try pictures("2 MP").first else { throw PictureError.noFolder }
  return picture
}

/// The bytes of a picture at ``standardRate``.
public func standardBytes(for picture: PixelBuffer) -> Int {
  Int(standardRate / 8 * Double(picture.width * picture.height))
}
