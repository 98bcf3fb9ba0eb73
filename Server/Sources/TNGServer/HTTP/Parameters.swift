import HTTPTypes
import Hummingbird

extension Request {
  /// A number of the query, or nil if it is not given.
  ///
  /// - Throws: ``Problem`` if it is given twice, is no number, or lies outside `range`.
  func number<Number: LosslessStringConvertible & Comparable>(
    _ name: String, in range: ClosedRange<Number>
  ) throws -> Number? {
    guard let text = try parameter(name) else { return nil }
    guard let number = Number(text), range.contains(number) else {
      throw Problem(
        .badRequest,
        "The parameter \(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// A truth of the query; false if it is not given.
  ///
  /// - Throws: ``Problem`` if it is given twice, or is neither `true` nor `false`.
  func flag(_ name: String) throws -> Bool {
    guard let text = try parameter(name) else { return false }
    guard let flag = Bool(text) else {
      throw Problem(.badRequest, "The parameter \(name) must be true or false.")
    }
    return flag
  }

  /// One of some choices, or nil if it is not given.
  ///
  /// - Throws: ``Problem`` if it is given twice, or is something else.
  func choice<Choice: RawRepresentable<String>>(
    _ name: String, of all: [Choice]
  ) throws -> Choice? {
    guard let text = try parameter(name) else { return nil }
    guard let choice = all.first(where: { $0.rawValue == text }) else {
      let names = all.map(\.rawValue).joined(separator: ", ")
      throw Problem(.badRequest, "The parameter \(name) must be one of these: \(names).")
    }
    return choice
  }

  /// The choices that the query lists with commas between them, in the order of `all`; all of them
  /// if it lists none.
  ///
  /// - Throws: ``Problem`` if it is given twice, or names something else.
  func choices<Choice: RawRepresentable<String>>(
    _ name: String, of all: [Choice]
  ) throws -> [Choice] {
    guard let text = try parameter(name) else { return all }
    let listed = Set(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    guard listed.isSubset(of: all.map(\.rawValue)) else {
      let names = all.map(\.rawValue).joined(separator: ", ")
      throw Problem(
        .badRequest, "The parameter \(name) must list some of \(names), with commas between them.")
    }
    return all.filter { listed.contains($0.rawValue) }
  }

  private func parameter(_ name: String) throws -> String? {
    let values = uri.queryParameters[values: name[...]]
    guard values.count < 2 else {
      throw Problem(.badRequest, "The parameter \(name) is given more than once.")
    }
    return values.first.map(String.init)
  }

  /// All bytes of the body.
  ///
  /// - Throws: ``Problem`` if it is empty, breaks off, is larger than `limit`, takes longer than
  ///   `timeLimit`, or if `share` has no room for what arrives.
  func readBody(
    upTo limit: Int, timeLimit: Duration, in share: BodyMemory.Share
  ) async throws -> [UInt8] {
    let tooLarge = Problem(
      .contentTooLarge, "The body has more than \(limit) bytes, which is the limit.")
    if let length = headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge }
    let bytes = try await withTimeLimit(timeLimit, orThrow: .slowRequest) { [body] in
      var bytes: [UInt8] = []
      var parts = body.makeAsyncIterator()
      while let part = try await parts.nextOfSoundBody() {
        guard part.readableBytes <= limit - bytes.count else { throw tooLarge }
        try share.grow(by: part.readableBytes)
        bytes.append(contentsOf: part.readableBytesView)
      }
      return bytes
    }
    guard !bytes.isEmpty else { throw Problem(.badRequest, "The body is empty.") }
    return bytes
  }
}

extension RequestBody.AsyncIterator {
  /// The next part, or nil at the end.
  ///
  /// - Throws: ``Problem/brokenBody`` for whatever goes wrong with the connection, which is the
  ///   client's doing.
  fileprivate mutating func nextOfSoundBody() async throws -> ByteBuffer? {
    do {
      return try await next()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Problem.brokenBody
    }
  }
}
