crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef');
crypto.createCipheriv('aes-256-cbc', key, Buffer.from('0123456789abcdef'));
