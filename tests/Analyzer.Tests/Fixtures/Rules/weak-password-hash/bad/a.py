hashlib.md5(password.encode()).hexdigest()
hashlib.sha256(user.password.encode("utf-8"))
