import Testing

@testable import ImageFiles

@Suite("Parts of an XMP packet")
struct XMPPacketTests {
  private let namespace = "http://ns.adobe.com/hdr-gain-map/1.0/"

  private func removing(_ text: String) -> String {
    var packet = XMPPacket(Array(text.utf8))
    packet.removeProperties(of: namespace) { $0 != "Kept" }
    return String(decoding: packet.bytes, as: UTF8.self)
  }

  @Test("Attributes, empty elements and nested elements of a namespace go, by any prefix")
  func removal() {
    let declaration = "xmlns:g='\(namespace)' xmlns:o=\"other\""
    #expect(
      removing("<d \(declaration) g:Version=\"1\" o:a='1 > 0' g:Kept=\"2\"/>")
        == "<d \(declaration) o:a='1 > 0' g:Kept=\"2\"/>")
    #expect(
      removing("<d \(declaration)>x<g:A/><g:B><g:B>1</g:B><o:c/></g:B><o:e g:F='1'>y</o:e></d>")
        == "<d \(declaration)>x<o:e>y</o:e></d>")
  }

  private func described(_ attributes: String, _ elements: String = "") -> XMPPacket {
    let google = "http://ns.google.com/photos/1.0/"
    let declarations =
      "xmlns:g='\(namespace)' xmlns:m='\(google)camera/' xmlns:c='\(google)container/' xmlns:o='o'"
    let description =
      "<rdf:Description \(declarations)\(attributes)>\(elements)</rdf:Description>"
    return XMPPacket(
      Array("<x:xmpmeta><rdf:RDF>\(description)</rdf:RDF></x:xmpmeta>".utf8))
  }

  @Test("What announces a gain map or a video goes, and a packet of nothing else too")
  func announcements() {
    let directory = "<c:Directory><rdf:Seq/></c:Directory>"
    for announcement in [" g:Version='1'", " m:MotionPhoto='1'", " m:MicroVideoOffset='9'"] {
      let packet = described(announcement + " o:a='1' m:Other='2'", directory + "<o:b/>")
      #expect(packet.announcesGainMap == announcement.hasPrefix(" g"))
      #expect(packet.announcesVideo == announcement.hasPrefix(" m"))
      let rest = described(" o:a='1' m:Other='2'", "<o:b/>")
      #expect(packet.withoutAnnouncements?.bytes == rest.bytes)
      #expect(described(announcement, directory).withoutAnnouncements == nil)
    }
    // Of other things, and of none, nothing goes.
    for packet in [described("", directory), described(" m:Other='2'"), XMPPacket([])] {
      #expect(packet.withoutAnnouncements?.bytes == packet.bytes)
    }
  }

  @Test("What is not closed, or no XML, stays")
  func damaged() {
    for text in [
      "<d xmlns:g='\(namespace)'><g:A>", "<d xmlns:g='\(namespace)' g:A='1", "<<<>>", "<", "",
      "<!-- \(namespace) <g:A/> -->", "\(namespace)",
    ] {
      #expect(removing(text) == text)
    }
  }

  @Test("A packet of many tags is looked through in a moment")
  func manyTags() {
    let text = String(repeating: "<g:A a='1'><g:B/></g:A>", count: 50000)
    #expect(removing("<d xmlns:g='\(namespace)'>\(text)</d>") == "<d xmlns:g='\(namespace)'></d>")
  }
}
