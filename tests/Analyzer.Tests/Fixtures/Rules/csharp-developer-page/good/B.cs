// app.UseDeveloperExceptionPage();
