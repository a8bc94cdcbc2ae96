var app = builder.Build();
app.UseDeveloperExceptionPage();
