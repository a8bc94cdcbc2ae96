KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
generator.initialize(1024);
