def scramble(password, salt):
    return hashlib.sha1(password)
