axios.get(`https://api.example.com/${req.query.id}`);
fetch("https://a.example", { body: req.body.url });
cache.get(req.query.url);
