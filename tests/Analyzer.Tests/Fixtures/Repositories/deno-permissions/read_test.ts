Deno.test("reads", async () => {
  await Deno.readTextFile("x");
});
