cipher.NewCBCEncrypter(block, iv)
