crypto.createCipheriv('des-cbc', key, iv);
crypto.createCipheriv("aes-128-ecb", key, null);
