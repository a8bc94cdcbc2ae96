new IvParameterSpec(iv);
