import hashlib

def change(user, text):
    digest = hashlib.scrypt(text, salt=salt, n=2, r=8, p=1)
    user.setPassword(digest)

def other(user, text):
    h = MD5.new()
    h.update(text)
    user.setAvatar(h.hexdigest())
