app.get('/', (req, res) => {
  const { name } = req.query;
  const safe = escapeHtml(name);
  const head = '<h1>';
  res.send(head + safe);
  const { other } = settings;
  res.send('<p>' + other);
});
app.get('/b', (req, res) => {
  const { name: id = 1 } = req.query;
  let text = '<p>' + title;
  text = text + '</p>';
  res.send(text);
});
