// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 language mode and the strict features that every Swift target is built with.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A layer of the software: a folder of `Sources`, whose modules depend on those of the layers above it alone.
enum Layer: String {
  /// The codec: no package, no Foundation.
  case core = "Core"
  /// What programs link.
  case library = "Library"
  /// The command and what it needs.
  case tools = "Tools"
}

func module(
  _ name: String, in layer: Layer, _ dependencies: [Target.Dependency] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(layer.rawValue)/\(name)",
    swiftSettings: strict)
}

func cModule(_ name: String, in layer: Layer, exclude: [String] = []) -> Target {
  .target(name: name, path: "Sources/\(layer.rawValue)/\(name)", exclude: exclude)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "tng",
  products: [
    .library(name: "TNG", targets: ["TNG", "Pixels"]),
    // For Scripts/build-library, which makes libtng.so of it.
    .library(name: "_CTNG", type: .static, targets: ["CTNG"]),
    // For tools: other picture formats, by libvips, and measures of distortion.
    .library(name: "ImageFiles", targets: ["ImageFiles", "PictureMetrics"]),
    .executable(name: "tng", targets: ["TNGTool"]),
    // What the package in Benchmarks measures; not for others.
    .library(name: "_CodecStages", targets: ["CodecStages", "CNeuralKernels"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    cModule("CAtomics", in: .core),
    cModule("CExactCoding", in: .core),
    cModule("CNeuralKernels", in: .core),
    module("Bytes", in: .core),
    module("Pixels", in: .core),
    module("EntropyCoding", in: .core),
    module("ExactCoding", in: .core, ["CExactCoding"]),
    module("Container", in: .core, ["Bytes"]),
    module("Neural", in: .core, ["CAtomics", "CNeuralKernels"]),
    module("Models", in: .core, ["CAtomics", "Bytes", "EntropyCoding", "Neural"]),
    module(
      "Codec", in: .core,
      ["Bytes", "Pixels", "EntropyCoding", "ExactCoding", "Container", "Neural", "Models"]),

    cModule("CModelWeights", in: .library, exclude: ["Models"]),
    cModule("CPictureMetrics", in: .library),
    module("PictureMetrics", in: .library, ["CPictureMetrics", "Neural", "Pixels"]),
    module(
      "TNG", in: .library,
      [
        "CAtomics", "Bytes", "Pixels", "Container", "Neural", "Models", "Codec", "PictureMetrics",
        "CModelWeights",
      ]),

    .target(name: "CTNGHeader", path: "Sources/Library/CTNG/Interface"),
    .target(
      name: "CTNG", dependencies: ["CTNGHeader", "TNG", "PictureMetrics", "Pixels"],
      path: "Sources/Library/CTNG/Exports", swiftSettings: strict),

    cModule("CVipsShim", in: .tools),
    module("ImageFiles", in: .tools, ["Pixels", "CVipsShim"]),
    module(
      "CodecStages", in: .tools, ["Pixels", "EntropyCoding", "Neural", "Models", "Codec", "TNG"]),
    .executableTarget(
      name: "TNGTool", dependencies: ["TNG", "PictureMetrics", "ImageFiles", argumentParser],
      path: "Sources/Tools/TNGTool", swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Bytes", "Models", "Pixels"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("EntropyCodingTests", ["EntropyCoding", "TestSupport"]),
    tests("BytesTests", ["Bytes"]),
    tests("ExactCodingTests", ["ExactCoding", "TestSupport"]),
    tests("ContainerTests", ["Bytes", "Container"]),
    .target(
      name: "CKernelChecks", dependencies: ["CNeuralKernels"], path: "Tests/Kernels",
      exclude: ["check_blur.c", "main.c", "main.mjs"], publicHeadersPath: "."),
    tests(
      "NeuralTests",
      ["Bytes", "CKernelChecks", "CNeuralKernels", "Neural", "TestSupport"]),
    // With the trained models, which TNG has, and the pictures of Examples, which ImageFiles reads.
    tests(
      "CodecTests",
      [
        "Codec", "Bytes", "Container", "EntropyCoding", "ImageFiles", "Models", "Neural",
        "PictureMetrics", "Pixels", "TestSupport", "TNG",
      ], exclude: ["Vectors"]),
    tests(
      "TNGTests",
      [
        "TNG", "Bytes", "Codec", "Container", "EntropyCoding", "ExactCoding", "Models", "Neural",
        "PictureMetrics", "Pixels", "TestSupport",
      ]),
    tests(
      "MetricsTests", ["Neural", "PictureMetrics", "Pixels", "TestSupport"], exclude: ["Vectors"]),
    tests("CTNGTests", ["CTNG", "CTNGHeader", "TNG", "PictureMetrics", "Pixels"], exclude: ["C"]),
    tests(
      "ToolTests",
      ["ImageFiles", "Models", "PictureMetrics", "Pixels", "TNG", "TNGTool", "TestSupport"],
      exclude: ["Pictures"]),

    .target(
      name: "FuzzTargets",
      dependencies: [
        "CTNG", "CTNGHeader", "TNG", "Codec", "ExactCoding", "Models", "Neural", "Container",
        "Bytes", "EntropyCoding", "Pixels", "TestSupport",
      ],
      path: "Fuzzing/Targets", swiftSettings: strict),
    tests("FuzzTests", ["FuzzTargets"]),
    tests("ModelsTests", ["FuzzTargets", "Models", "Neural", "TestSupport", "TNG", "Pixels"]),
  ],
  cLanguageStandard: .c2x
)

// libFuzzer brings the main function of this program, so it links with the flags of Scripts/fuzz alone.
if Context.environment["TNG_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "tng-fuzz", dependencies: ["FuzzTargets", "CNeuralKernels"], path: "Fuzzing/Driver"))
}
