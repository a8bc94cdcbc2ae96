public struct Tiny {}
