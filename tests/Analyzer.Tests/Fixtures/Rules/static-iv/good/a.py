AES.new(key, AES.MODE_CBC, iv)
AES.new(key, AES.MODE_CBC, iv=os.urandom(16))
