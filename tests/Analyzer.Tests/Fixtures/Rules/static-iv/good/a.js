crypto.createCipheriv('aes-256-cbc', key, iv);
crypto.createCipheriv('aes-256-cbc', key, crypto.randomBytes(16));
crypto.createCipheriv('aes-256-ecb', key, '');
crypto.createDecipheriv('aes-256-cbc', key, Buffer.from(parts[0], 'hex'));
