import hashlib

def change(user, text):
    digest = hashlib.md5(text).hexdigest()
    user.setPassword(digest)

def other(user, text):
    h = MD5.new()
    h.update(text)
    user.setPassword(h.hexdigest())
