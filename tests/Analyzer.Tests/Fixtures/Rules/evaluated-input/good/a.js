eval("1 + 1");
eval(code);
JSON.parse(req.body.x);
new Function("return this")();
page.eval(req.query.code);
