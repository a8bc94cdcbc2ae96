// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "tiny",
    platforms: [.macOS(.v13)],
    products: [.library(name: "Tiny", targets: ["Tiny"])],
    dependencies: [
        .package(url: "https://github.com/vapor/vapor.git", from: "4.0.0"),
    ],
    targets: [
        .target(name: "Tiny"),
        .testTarget(name: "TinyTests", dependencies: ["Tiny"]),
    ]
)
