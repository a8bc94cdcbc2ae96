export const hi = "hi";
