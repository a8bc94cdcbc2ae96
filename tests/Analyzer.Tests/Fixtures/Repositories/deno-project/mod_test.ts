import { hi } from "./mod.ts";
Deno.test("hi", () => { if (!hi) throw new Error(); });
