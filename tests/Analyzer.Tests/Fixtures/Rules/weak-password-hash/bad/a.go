md5.Sum([]byte(password))
