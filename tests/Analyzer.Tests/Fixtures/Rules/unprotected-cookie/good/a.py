response.set_cookie("auth_token", token, httponly=True)
response.set_cookie("lang", "en", httponly=False)
SESSION_COOKIE_HTTPONLY = True
