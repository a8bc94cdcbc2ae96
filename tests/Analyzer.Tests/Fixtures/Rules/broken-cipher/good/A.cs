if (aes.Mode == CipherMode.ECB) { }
var aes = Aes.Create();
