res.cookie('session', id, { httpOnly: true });
res.cookie('theme', 'dark', { httpOnly: false });
res.cookie('XSRF-TOKEN', token, { httpOnly: false });
