hashlib.md5(content).hexdigest()
hashlib.sha1(password_file.read())
bcrypt.hashpw(password, salt)
hashlib.pbkdf2_hmac("sha256", password, salt, 100000)
