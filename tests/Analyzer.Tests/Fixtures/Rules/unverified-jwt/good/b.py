first = jwt.decode(token, options={"verify_signature": False})
claims = jwt.decode(token, keys[first["iss"]], algorithms=["RS256"])
