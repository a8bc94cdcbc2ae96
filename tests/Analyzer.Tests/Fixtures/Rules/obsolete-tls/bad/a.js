tls.connect({ minVersion: 'TLSv1' });
