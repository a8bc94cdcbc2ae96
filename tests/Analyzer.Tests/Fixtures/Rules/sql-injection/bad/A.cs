context.Users.FromSqlRaw($"SELECT * FROM Users WHERE Name = '{name}'");
var command = new SqlCommand("SELECT * FROM Users WHERE Id = " + id, connection);
