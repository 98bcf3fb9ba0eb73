public import Pixels

/// The picture that the bytes of a cut or damaged file allow.
public struct PartialPicture: Sendable, Hashable {
  /// The picture, of its full size. What is missing of it is what the rest predicts.
  public let picture: Picture
  /// How much of it the file had.
  public let completeness: Completeness
}

/// How much of a picture a file had.
public struct Completeness: Sendable, Hashable {
  /// The number of tiles that are there whole.
  public let wholeTiles: Int
  /// The number of tiles of the picture, at least 1.
  public let tileCount: Int
  /// The share of the bytes of the coded picture that has arrived and is not known to be damaged,
  /// 0 … 1.
  public let byteShare: Double
}
