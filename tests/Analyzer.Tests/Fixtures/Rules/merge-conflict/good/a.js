const mark = "<<<<<<< HEAD";
// =======
const end = ">>>>>>> branch";
