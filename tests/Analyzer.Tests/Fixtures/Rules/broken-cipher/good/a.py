AES.new(key, AES.MODE_GCM)
if mode == AES.MODE_ECB: pass
DES = "a"
