res.cookie('session', id, { httpOnly: false });
app.use(session({ secret, cookie: { httpOnly: false } }));
