import ArgumentParser
import Foundation

/// One file to read and the file to make of it.
struct Conversion: Hashable {
  let input: Endpoint
  let output: Endpoint
}

/// Which file is made of which, decided before anything is written.
struct ConversionPlan {
  /// The conversions, in the order of the arguments.
  let conversions: [Conversion]

  /// Reads the plan from the command line.
  ///
  /// - Parameters:
  ///   - fileExtension: The ending of an output that is not named.
  ///   - inputRule: What the verb reads, as a sentence.
  ///   - isOutputName: Whether the second of two names is an output.
  /// - Throws: `ValidationError` if the names do not fit together, standard input would be read
  ///   twice, or an output would be written twice or is itself an input.
  init(
    _ options: BatchOptions, fileExtension: String, inputRule: String,
    isOutputName: (FileName) -> Bool
  ) throws {
    var names = options.names
    var output = options.output
    let isPair = names.count == 2 && output == nil && options.outputDirectory == nil
    if isPair, names[1] == "-" || isOutputName(FileName(names[1])) { output = names.removeLast() }
    guard output == nil || names.count == 1 else {
      throw ValidationError("Several files need --output-directory instead of --output.")
    }
    try checkStandardInput(names)
    conversions = try names.map { [output] name in
      let output =
        try output.map(Endpoint.init)
        ?? Self.output(of: name, folder: options.outputDirectory, fileExtension: fileExtension)
      return Conversion(input: Endpoint(name), output: output)
    }
    try checkOutputs(inputRule)
  }

  /// The output of an input that has none of its own.
  private static func output(
    of name: String, folder: String?, fileExtension: String
  ) throws -> Endpoint {
    if Endpoint(name) == .standardStream {
      if folder == nil { return .standardStream }
      throw ValidationError("Standard input has no name to use in a folder; give --output.")
    }
    if Endpoint.descriptor(ofPath: name) != nil {
      throw ValidationError("\(name) has no name to use for the output; give --output.")
    }
    let input = FileName(name)
    let folder = folder.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? String(input.folder)
    return .file(folder + input.stem + "." + fileExtension)
  }

  private func checkOutputs(_ inputRule: String) throws {
    if conversions.contains(where: { $0.output == .standardStream }) && isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("A picture is not written to a terminal; name a file or use a pipe.")
    }
    let inputs = Dictionary(
      conversions.map { (location(of: $0.input), $0.input) },
      uniquingKeysWith: { first, _ in first })
    var outputs: [[UInt8]: Endpoint] = [:]
    for conversion in conversions where conversion.output != .standardStream {
      let location = location(of: conversion.output)
      if conversion.output == conversion.input {
        throw ValidationError(
          "\(conversion.input) would be written over itself. \(inputRule) If this is one by another name, name the output with --output."
        )
      }
      if let other = outputs.updateValue(conversion.input, forKey: location) {
        throw ValidationError(
          "Both \(other) and \(conversion.input) would be written to \(conversion.output).")
      }
      if inputs[location] != nil {
        throw ValidationError("\(conversion.output) would be written over an input.")
      }
    }
  }

  /// The canonical path of a file, in bytes: Swift compares text by meaning, the system by bytes.
  private func location(of endpoint: Endpoint) -> [UInt8] {
    guard case .file(let path) = endpoint else { return [] }
    if let resolved = resolvingLinks(path) { return SystemText.bytes(resolved) }
    let name = FileName(path)
    let folder = resolvingLinks(name.folder.isEmpty ? "." : String(name.folder))
    return SystemText.bytes((folder ?? String(name.folder)) + "/" + path[name.folder.endIndex...])
  }
}
