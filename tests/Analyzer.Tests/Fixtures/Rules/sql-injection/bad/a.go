db.QueryContext(ctx, fmt.Sprintf("SELECT * FROM users WHERE name = '%s'", name))
