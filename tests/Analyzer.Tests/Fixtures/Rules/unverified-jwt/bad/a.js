jwt.verify(token, key, { algorithms: ["none"] });
jwt.verify(token, key, { algorithms: ["RS256", "none"] });
