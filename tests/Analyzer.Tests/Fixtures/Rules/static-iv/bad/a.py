AES.new(key, AES.MODE_CBC, b"0123456789abcdef")
AES.new(key, AES.MODE_CBC, iv=b"0123456789abcdef")
