crypto.createCipheriv('aes-256-gcm', key, iv);
crypto.createCipheriv('des-ede3-cbc', key, iv);
crypto.createCipheriv(algorithm, key, iv);
