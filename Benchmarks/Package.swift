// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// What every benchmark needs. Its folder must lie in one called Benchmarks: the plugin looks for
/// that.
func benchmarks(_ name: String, dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [
      "Measuring", .product(name: "Benchmark", package: "benchmark"),
    ],
    path: name, swiftSettings: strict,
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "tng", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    benchmarks("Kernels", dependencies: [.product(name: "_CodecStages", package: "tng")]),
    benchmarks(
      "Stages",
      dependencies: [
        .product(name: "TNG", package: "tng"), .product(name: "_CodecStages", package: "tng"),
      ]),
    benchmarks("Codecs", dependencies: [.product(name: "TNG", package: "tng"), "CPeers"]),
    .target(
      name: "Measuring", dependencies: [.product(name: "TNG", package: "tng"), "CPeakRates"],
      swiftSettings: strict),
    .target(name: "CPeakRates"),
    .target(
      name: "CPeers",
      linkerSettings: ["turbojpeg", "webp", "avif", "jxl", "jxl_threads"].map {
        .linkedLibrary($0)
      }),
  ],
  cLanguageStandard: .c2x
)
