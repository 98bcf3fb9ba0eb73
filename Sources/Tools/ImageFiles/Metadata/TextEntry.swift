/// Text that a file has beside its picture and its metadata, under a keyword.
struct TextEntry: Hashable {
  let keyword: String
  let text: String

  /// A comment, as JPEG and GIF have them without a keyword.
  init?(comment bytes: some Collection<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    let isBlank = text.allSatisfy { " \n\r\0".contains($0) }
    if isBlank || Self.programs.contains(where: text.hasPrefix) { return nil }
    self.init(keyword: "Comment", text: text)
  }

  init(keyword: String, text: String) {
    self.keyword = keyword
    self.text = text
  }

  /// What programs write of themselves and of their files, and metadata in the form of text, which
  /// is read elsewhere.
  static func saysNothing(_ keyword: String) -> Bool {
    ["Software", "Creation Time", "XML:com.adobe.xmp"].contains(keyword)
      || ["date:", "png:", "Thumb::", "Raw profile type "].contains(where: keyword.hasPrefix)
  }

  /// How comments begin in which programs name themselves and nothing else.
  private static let programs = [
    "AppleMark", "CREATOR: gd-jpeg", "Created with GIMP", "Created with The GIMP",
    "File written by Adobe Photoshop", "Intel(R) JPEG Library", "LEAD Technologies", "Lavc",
  ]
}
