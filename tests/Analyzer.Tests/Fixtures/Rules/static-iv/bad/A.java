new IvParameterSpec("0123456789abcdef".getBytes());
