File.ReadAllText(Request.Query["path"]);
