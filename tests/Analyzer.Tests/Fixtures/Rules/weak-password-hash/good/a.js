crypto.createHash('md5').update(content).digest('hex');
state.update(password);
crypto.createHmac('sha256', key).update(password);
