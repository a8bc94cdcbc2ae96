response.set_cookie("auth_token", token, httponly=False)
SESSION_COOKIE_HTTPONLY = False
