b.step("test; id", "x");
b.step("te$(id)", "x"
