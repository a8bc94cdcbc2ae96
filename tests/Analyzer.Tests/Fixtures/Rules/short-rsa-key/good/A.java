KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
generator.initialize(3072);
pool.initialize(1024);
