const std = @import("std");

pub fn build(b: *std.Build) void {
    // const old = b.step("bench", "");
    const exe = b.addExecutable(.{ .name = "tiny" });
    b.installArtifact(exe);
    const test_step = b.step("test", "Run unit tests");
    _ = test_step;
}
