res.sendFile(req.params.name, { root: folder });
fs.readFile(path.join(folder, path.basename(req.params.name)), done);
fs.readFile('a.txt', done);
fs.readFile(req.file.path, done);
