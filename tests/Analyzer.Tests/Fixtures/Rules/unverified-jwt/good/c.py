claims = jwt.decode(token, options={"verify_signature": False})
ends = claims.get("exp")
