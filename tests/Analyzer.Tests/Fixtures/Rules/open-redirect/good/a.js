res.redirect('/');
res.redirect('/login?next=' + encodeURIComponent(req.query.next));
res.redirect("/users/" + req.params.id);
