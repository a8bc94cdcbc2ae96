res.send(`<h1>${escapeHtml(req.query.name)}</h1>`);
res.send({ name: req.query.name });
res.send("name: " + req.query.name);
res.send(`<h1>${title}</h1>`);
