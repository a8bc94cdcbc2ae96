import { hi } from "./mod.ts";
console.log(hi);
