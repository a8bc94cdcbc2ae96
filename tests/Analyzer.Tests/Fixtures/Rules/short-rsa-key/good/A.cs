using var rsa = RSA.Create(3072);
var list = List.Create(1024);
