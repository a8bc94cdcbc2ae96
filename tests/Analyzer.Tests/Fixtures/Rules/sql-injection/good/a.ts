db.query('SELECT * FROM users WHERE id = $1', [id]);
db.query(sql`SELECT * FROM users WHERE id = ${id}`);
prisma.$queryRaw`SELECT * FROM users WHERE id = ${id}`;
db.query(`SELECT * FROM ${table} WHERE id = ?`, [id]);
