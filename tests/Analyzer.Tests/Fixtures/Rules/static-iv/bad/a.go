cipher.NewCBCEncrypter(block, []byte("0123456789abcdef"))
