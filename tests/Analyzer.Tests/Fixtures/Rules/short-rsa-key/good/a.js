crypto.generateKeyPairSync('rsa', { modulusLength: 4096 });
crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
