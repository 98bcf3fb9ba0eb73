/// What is fuzzed. Each target takes any bytes and must neither trap nor find that the code
/// contradicts itself.
package enum FuzzTarget: String, Sendable, CaseIterable {
  /// Reading a file's header, chunks and tiles.
  case container
  /// Entropy decoding, and entropy coding of anything.
  case entropy
  /// Decoding a tile of exact samples, and coding one of any samples.
  case exact
  /// Loading a weights file, and coding with what was loaded.
  case weights
  /// Decoding a whole file, strictly and in part.
  case decoder
  /// Encoding a picture and decoding it again, on all paths that must agree.
  case roundTrip = "round-trip"
  /// Decoding a file by the C functions, and encoding what comes out.
  case library

  /// Feeds a target with an input.
  ///
  /// - Throws: a ``Contradiction`` when two things differ that must be equal.
  package func run(_ bytes: [UInt8]) throws(Contradiction) {
    switch self {
    case .container: try checkContainer(bytes)
    case .entropy: try checkEntropyCoding(bytes)
    case .exact: try checkExactCoding(bytes)
    case .weights: try checkWeights(bytes)
    case .decoder: try checkDecoder(bytes)
    case .roundTrip: try checkRoundTrip(bytes)
    case .library: try checkLibrary(bytes)
    }
  }
}

/// Two things differ that must be equal.
package struct Contradiction: Error {
  package let what: String
}

/// Throws when something that must hold does not.
func check(_ holds: Bool, _ what: @autoclosure () -> String) throws(Contradiction) {
  if !holds { throw Contradiction(what: what()) }
}

/// What the driver runs. Set once, before the first input.
nonisolated(unsafe) private var selected = FuzzTarget.container

/// Chooses the target that ``run(_:_:)`` feeds.
///
/// - Returns: 0 if there is none of this name.
@_cdecl("tng_fuzz_select")
func select(_ name: UnsafePointer<CChar>) -> Int32 {
  guard let target = FuzzTarget(rawValue: String(cString: name)) else { return 0 }
  selected = target
  return 1
}

/// Feeds the chosen target with `count` bytes and traps when it finds something.
@_cdecl("tng_fuzz_run")
func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  do throws(Contradiction) {
    try selected.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    fatalError(error.what)
  }
}
