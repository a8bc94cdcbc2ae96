jwt.verify(token, key, { algorithms: ["HS256"] });
package.verify(token, { algorithms: ["none"] });
