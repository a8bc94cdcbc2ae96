DES.new(key, DES.MODE_CBC, iv)
cipher = AES.new(key, AES.MODE_ECB)
Cipher(algorithms.ARC4(key), None)
