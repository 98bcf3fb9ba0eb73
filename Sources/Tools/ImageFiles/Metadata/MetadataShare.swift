public import Pixels

/// How much of its metadata goes with a picture that is shown to everyone. A position on Earth
/// never does.
public enum MetadataShare: String, Sendable, Hashable, CaseIterable {
  /// All but positions.
  case keep
  /// Who made the picture and who owns it.
  case copyright
  /// Nothing but the colour profile.
  case none
}

extension Metadata {
  /// Leaves of EXIF and XMP what is to be shared; the colour profile stays. What cannot be
  /// understood is not shared.
  public mutating func reduce(to share: MetadataShare) {
    let tree = exif.flatMap(ExifTree.init(block:))
    switch share {
    case .keep:
      if tree?.hasPosition != false { exif = tree?.withoutPosition.block }
      xmp = xmp.map { XMPPacket($0).withoutPosition.bytes }
    case .copyright:
      exif = tree?.copyright?.block
      xmp = xmp.flatMap { XMPPacket($0).copyright?.bytes }
    case .none: (exif, xmp) = (nil, nil)
    }
  }

  /// Drops a profile of sRGB, which samples without a profile are taken for.
  public mutating func dropNeedlessProfile() {
    if let iccProfile, SimpleProfile(iccProfile)?.isSRGB == true { self.iccProfile = nil }
  }
}

extension ExifTree {
  /// Whether the block tells where the picture was taken.
  fileprivate var hasPosition: Bool { contains(0x8825) }

  fileprivate var withoutPosition: ExifTree { removing { $0 == 0x8825 } }

  /// Artist and copyright, if they are told.
  fileprivate var copyright: ExifTree? {
    let tree = removing { $0 != 0x013B && $0 != 0x8298 }
    return tree.isBlank ? nil : tree
  }
}

extension XMPPacket {
  /// Whatever a namespace calls it: `exif:GPSLatitude`, `drone-dji:GpsLongitude`, `Latitude`.
  fileprivate var withoutPosition: XMPPacket {
    var packet = self
    packet.removeProperties { _, name in
      let name = name.lowercased()
      return ["gps", "latitude", "longitude", "altitude"].contains(where: name.contains)
    }
    return packet
  }

  /// The properties of these namespaces that tell of makers and rights; all of them where none are
  /// named.
  private static let copyrightProperties: [String: Set<String>?] = [
    "http://purl.org/dc/elements/1.1/": ["creator", "rights"],
    "http://ns.adobe.com/xap/1.0/rights/": nil,
    "http://ns.adobe.com/photoshop/1.0/": ["Credit", "AuthorsPosition", "Source"],
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": ["DigitalSourceType"],
    "http://creativecommons.org/ns#": nil,
    "http://ns.useplus.org/ldf/xmp/1.0/": nil,
  ]

  /// The packet with those properties alone, or nil if it has none.
  fileprivate var copyright: XMPPacket? {
    keepingProperties { namespace, name in
      guard let names = Self.copyrightProperties[namespace] else { return false }
      return names?.contains(name) ?? true
    }
  }
}
