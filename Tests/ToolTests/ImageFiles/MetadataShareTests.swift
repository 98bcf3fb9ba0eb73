import Pixels
import Testing

@testable import ImageFiles

@Suite("How much of its metadata goes with a picture")
struct MetadataShareTests {
  private func reduced(_ metadata: Metadata, to share: MetadataShare) -> Metadata {
    var metadata = metadata
    metadata.reduce(to: share)
    return metadata
  }

  private func holds(_ block: [UInt8]?, _ text: String) -> Bool {
    block?.firstRange(of: Array(text.utf8)) != nil
  }

  private func packet(_ properties: String, attributes: String = "") -> [UInt8] {
    Array(
      """
      <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
      <x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="A writer">
       <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
          xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
          xmlns:ps="http://ns.adobe.com/photoshop/1.0/" xmlns:dji="http://www.dji.com/drone-dji/1.0/"
          xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" \(attributes)>
         \(properties)
        </rdf:Description>
       </rdf:RDF>
      </x:xmpmeta>
      """.utf8)
  }

  @Test("A position is taken out of EXIF with all that it says; what has none stays as it is")
  func positionOfExif() throws {
    let exif = try #require(
      try ImageReader().read(pictureFile("exif.tiff")).metadata.exif)
    let before = try #require(TIFFFile(exif)).directories[0]
    try #require(before[0x8825] != nil)
    let kept = try #require(reduced(Metadata(exif: exif), to: .keep).exif)
    let file = try #require(TIFFFile(kept))
    #expect(file.directories[0][0x8825] == nil)
    #expect(file.directories[0][0x010F]?.bytes.elementsEqual("Tng\0".utf8) == true)
    #expect(file.directory(of: file.directories[0][0x8769])?[0x9003] != nil)
    let plain = exifBlock(orientation: 1, isBigEndian: true)
    #expect(reduced(Metadata(exif: plain), to: .keep).exif == plain)
  }

  @Test("A block that cannot be understood may hold a position", arguments: MetadataShare.allCases)
  func unknownExif(share: MetadataShare) {
    #expect(reduced(Metadata(exif: [1, 2, 3, 4]), to: share).exif == nil)
  }

  @Test("Positions of XMP go, whatever they are called and wherever they stand")
  func positionOfXMP() {
    let xmp = packet(
      """
      <exif:GPSLatitude>47,11.1N</exif:GPSLatitude><dji:AbsoluteAltitude>+47.11</dji:AbsoluteAltitude>
      <ext:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><ext:City>Ulm</ext:City>
      <exif:GPSLongitude>8,47.11E</exif:GPSLongitude></rdf:li></rdf:Bag></ext:LocationCreated>
      <xmp:Rating>3</xmp:Rating>
      """, attributes: "dji:GpsLatitude=\"47.11\" exif:GPSDateStamp='47.11'")
    let kept = reduced(Metadata(xmp: xmp), to: .keep).xmp
    #expect(!holds(kept, "47"))
    #expect(holds(kept, "<xmp:Rating>3</xmp:Rating>") && holds(kept, "<ext:City>Ulm</ext:City>"))
  }

  @Test("Makers and owners alone are left, and none of the room around them")
  func copyrightOfXMP() throws {
    let xmp = packet(
      """
      <dc:creator><rdf:Seq><rdf:li>A maker</rdf:li></rdf:Seq></dc:creator>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
      <xmp:Thumbnails><rdf:Bag><rdf:li rdf:parseType="Resource"><dc:rights>no</dc:rights></rdf:li></rdf:Bag>
      </xmp:Thumbnails>
      """ + String(repeating: " ", count: 2000),
      attributes: "ps:Credit=\"An agency\" ps:City=\"Ulm\" xmp:Rating=\"5\"")
    let left = try #require(reduced(Metadata(xmp: xmp), to: .copyright).xmp)
    #expect(holds(left, "<dc:creator><rdf:Seq><rdf:li>A maker</rdf:li></rdf:Seq></dc:creator>"))
    #expect(holds(left, "ps:Credit=\"An agency\"") && holds(left, "xmlns:ps="))
    for gone in ["A title", "Ulm", "Rating", "xmlns:xmp=", "no<", "A writer", "xpacket"] {
      #expect(!holds(left, gone), "\(gone)")
    }
    #expect(left.count < 500)
    #expect(XMLTag.list(left).count == 12)
    #expect(reduced(Metadata(xmp: packet("<xmp:Rating>3</xmp:Rating>")), to: .copyright).xmp == nil)
  }

  @Test("Cut and strange packets give a packet or none", arguments: ["<", "a:b", "\"", "</"])
  func strangePackets(text: String) {
    let xmp = packet("<dc:rights>An owner</dc:rights>" + text)
    for end in stride(from: 0, through: xmp.count, by: 7) {
      for share in MetadataShare.allCases {
        _ = reduced(Metadata(xmp: Array(xmp[..<end])), to: share)
      }
    }
  }

  @Test(
    "Profiles of sRGB are known from others",
    arguments: [
      (TransferCurve.sRGB, Chromaticities.sRGB, true), (.power(2.2), .sRGB, false),
      (.power(1.8), .sRGB, false), (.sRGB, .adobeRGB, false), (.perceptualQuantizer, .sRGB, false),
    ])
  func needlessProfiles(curve: TransferCurve, chromaticities: Chromaticities, isSRGB: Bool) throws {
    for isGray in [false, true] where !isGray || chromaticities == .sRGB {
      let color = ColorDescription(chromaticities: chromaticities, curve: curve)
      let profile = try #require(ICCProfile(color, isGray: isGray)).bytes
      var metadata = Metadata(iccProfile: profile)
      metadata.dropNeedlessProfile()
      #expect((metadata.iccProfile == nil) == isSRGB)
      for count in stride(from: 0, to: profile.count, by: 5) {
        var cut = Metadata(iccProfile: Array(profile[..<count]))
        cut.dropNeedlessProfile()
        #expect(cut.iccProfile?.count == count)
      }
    }
    var metadata = Metadata(iccProfile: try pictureFile("srgb.icc"))
    metadata.dropNeedlessProfile()
    #expect(metadata.iccProfile == nil)
  }
}
