builder.SetIsOriginAllowed(origin => allowed.Contains(origin)).AllowCredentials();
builder.SetIsOriginAllowed(_ => true).AllowAnyHeader();
