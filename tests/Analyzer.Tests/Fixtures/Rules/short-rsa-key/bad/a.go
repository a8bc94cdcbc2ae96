rsa.GenerateKey(rand.Reader, 1024)
