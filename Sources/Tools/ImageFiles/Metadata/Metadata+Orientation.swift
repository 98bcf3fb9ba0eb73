package import Pixels

extension Metadata {
  /// Says in EXIF and XMP that the picture is upright. A block without an orientation, or one that
  /// cannot be understood, stays as it is.
  package mutating func setUpright() {
    if var block = exif.flatMap(ExifBlock.init) {
      block.setOrientation(1)
      exif = block.bytes
    }
    if var packet = xmp.map(XMPPacket.init) {
      packet.setOrientation(1)
      xmp = packet.bytes
    }
  }
}
