db.query(`SELECT * FROM users WHERE id = ${req.params.id}`);
pool.query("SELECT * FROM users WHERE name = '" + name + "'", done);
