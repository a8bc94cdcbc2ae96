aes.Mode = CipherMode.ECB;
using var des = DES.Create();
