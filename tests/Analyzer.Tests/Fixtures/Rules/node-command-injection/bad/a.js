const { exec } = require('child_process');
app.get('/', (req, res) => {
  exec(`git log ${req.query.branch}`);
  const command = "ls " + req.params.folder;
  execSync(command);
});
