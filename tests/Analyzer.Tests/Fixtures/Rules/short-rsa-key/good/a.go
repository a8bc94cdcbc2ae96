rsa.GenerateKey(rand.Reader, 2048)
