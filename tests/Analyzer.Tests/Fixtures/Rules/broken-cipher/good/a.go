block, err := aes.NewCipher(key)
