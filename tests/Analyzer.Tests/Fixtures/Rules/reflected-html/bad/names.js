app.get('/', (req, res) => {
  const { name } = req.query;
  const head = '<h1>';
  const body = 'Hello ' + name;
  const page = head + body;
  res.send(page);
});
