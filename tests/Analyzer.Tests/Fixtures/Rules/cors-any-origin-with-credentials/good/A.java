registry.addMapping("/**").allowedOriginPatterns("*");
