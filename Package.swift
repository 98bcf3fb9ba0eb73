// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 language mode and the strict features that every Swift target is built with.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "tng",
  products: [
    .library(name: "TNG", targets: ["TNG", "Pixels"]),
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
    // The codec: no package dependency, no Foundation.
    .target(name: "CAtomics"),
    .target(name: "CNeuralKernels"),
    .target(name: "CModelWeights", exclude: ["Models"]),
    .target(name: "Pixels", swiftSettings: strict),
    .target(name: "EntropyCoding", swiftSettings: strict),
    .target(name: "Container", swiftSettings: strict),
    .target(
      name: "Neural", dependencies: ["CAtomics", "CNeuralKernels", "Container", "EntropyCoding"],
      swiftSettings: strict),
    .target(
      name: "Codec", dependencies: ["Pixels", "EntropyCoding", "Container", "Neural"],
      swiftSettings: strict),
    .target(
      name: "TNG",
      dependencies: [
        "Pixels", "EntropyCoding", "Container", "Neural", "Codec", "PictureMetrics",
        "CModelWeights",
      ],
      swiftSettings: strict),

    .target(
      name: "CodecStages", dependencies: ["Pixels", "EntropyCoding", "Neural", "Codec", "TNG"],
      swiftSettings: strict),

    // Tools around it.
    .target(name: "PictureMetrics", dependencies: ["Pixels"], swiftSettings: strict),
    .target(name: "CVipsShim"),
    .target(
      name: "ImageFiles", dependencies: ["Pixels", "TNG", "CVipsShim"], swiftSettings: strict),
    .executableTarget(
      name: "TNGTool",
      dependencies: [
        "TNG", "PictureMetrics", "ImageFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "EntropyCodingTests", dependencies: ["EntropyCoding", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "ContainerTests", dependencies: ["Container"], swiftSettings: strict),
    .target(
      name: "CKernelChecks", dependencies: ["CNeuralKernels"], path: "Tests/Kernels",
      exclude: ["main.c", "main.mjs"], publicHeadersPath: "."),
    .testTarget(
      name: "NeuralTests",
      dependencies: ["CKernelChecks", "CNeuralKernels", "Container", "Neural", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TNGTests",
      dependencies: [
        "TNG", "Codec", "Neural", "Container", "EntropyCoding", "Pixels", "PictureMetrics",
        "ImageFiles",
      ],
      exclude: ["Vectors"], swiftSettings: strict),
    .testTarget(
      name: "MetricsTests", dependencies: ["PictureMetrics", "Pixels"], exclude: ["Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "ToolTests",
      dependencies: ["ImageFiles", "PictureMetrics", "Pixels", "TNG", "TNGTool"],
      exclude: ["Pictures"],
      swiftSettings: strict),

    .target(
      name: "FuzzTargets",
      dependencies: [
        "TNG", "Codec", "Neural", "Container", "EntropyCoding", "Pixels", "TestSupport",
      ],
      path: "Fuzzing/Targets", swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
  ],
  cLanguageStandard: .c2x
)

// libFuzzer brings the main function of this program, so it links with the flags of Scripts/fuzz alone.
if Context.environment["TNG_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "tng-fuzz", dependencies: ["FuzzTargets", "CNeuralKernels"], path: "Fuzzing/Driver"))
}
