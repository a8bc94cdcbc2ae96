import jwt

def user(token):
    options = {"verify_signature": False}
    return jwt.decode(token, options=options)["sub"]
