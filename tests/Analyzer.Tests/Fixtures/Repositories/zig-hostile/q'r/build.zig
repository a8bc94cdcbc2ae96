b.step("test", "x");
