pattern.exec(req.query.x)
