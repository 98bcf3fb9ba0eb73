// What announces parts of a file that are beside its picture, none of which a picture of its own
// has: gain maps (Adobe's, Android's and Apple's properties) and videos (Android's).

extension XMPPacket {
  private static let gainMaps = [
    "http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.apple.com/HDRGainMap/1.0/",
  ]
  private static let camera = "http://ns.google.com/photos/1.0/camera/"
  private static let directory = "http://ns.google.com/photos/1.0/container/"

  private static func isOfVideo(_ property: String) -> Bool {
    property.hasPrefix("MotionPhoto") || property.hasPrefix("MicroVideo")
  }

  var announcesGainMap: Bool { Self.gainMaps.contains { hasProperties(of: $0) } }

  var announcesVideo: Bool { hasProperties(of: Self.camera, where: Self.isOfVideo) }

  /// The packet without announcements, or nil if it has nothing else.
  var withoutAnnouncements: XMPPacket? {
    guard announcesGainMap || announcesVideo else { return self }
    var packet = self
    for namespace in Self.gainMaps + [Self.directory] {
      packet.removeProperties(of: namespace) { _ in true }
    }
    packet.removeProperties(of: Self.camera, where: Self.isOfVideo)
    return packet.isEmpty ? nil : packet
  }
}
