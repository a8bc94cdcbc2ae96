using var rsa = RSA.Create(1024);
