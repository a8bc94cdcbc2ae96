context.Users.FromSqlInterpolated($"SELECT * FROM Users WHERE Name = '{name}'");
context.Database.SqlQuery<User>($"SELECT * FROM Users WHERE Id = {id}");
var command = new SqlCommand("SELECT * FROM Users WHERE Id = @id", connection);
