axios.get(req.query.url);
const address = req.body.url;
fetch(address);
