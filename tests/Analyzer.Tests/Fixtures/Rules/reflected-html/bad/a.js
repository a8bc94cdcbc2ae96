res.send(`<h1>${req.query.name}</h1>`);
res.status(404).send("<p>" + req.params.id + "</p>");
