statement.executeQuery("SELECT * FROM users WHERE name = '" + name + "'");
