DigestUtils.md5Hex(password);
