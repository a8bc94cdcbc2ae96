builder.AllowAnyHeader()
    .SetIsOriginAllowed(_ => true)
    .AllowCredentials();
