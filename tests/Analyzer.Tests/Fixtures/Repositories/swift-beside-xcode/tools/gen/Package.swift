// swift-tools-version:5.8

let package = Package(
    name: "gen",
    targets: [.executableTarget(name: "gen"), .testTarget(name: "genTests")]
)
