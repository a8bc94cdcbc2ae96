eval(req.query.code);
const body = req.body.script;
new Function(body)();
