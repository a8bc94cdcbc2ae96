res.sendFile(req.query.path);
const file = path.join(__dirname, req.params.name);
fs.readFile(file, done);
