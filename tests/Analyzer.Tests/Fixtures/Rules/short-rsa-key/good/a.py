rsa.generate_private_key(public_exponent=65537, key_size=2048)
rsa.generate_private_key(65537, size)
page.generate(1024)
