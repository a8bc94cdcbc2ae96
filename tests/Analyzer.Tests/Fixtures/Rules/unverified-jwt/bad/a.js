jwt.verify(token, key, { algorithms: ["none"] });
