block, err := des.NewCipher(key)
