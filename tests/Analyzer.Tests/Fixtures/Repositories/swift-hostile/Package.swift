// swift-tools-version: $(id)
let package = Package(name: "$(id)", dependencies: [.package(url: "https://x/$(id)", from: "1")], targets: [.testTarget(name: "`id`"
