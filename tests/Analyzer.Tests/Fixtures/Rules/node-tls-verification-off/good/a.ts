// rejectUnauthorized: false
const a = { rejectUnauthorized: true };
const t = `rejectUnauthorized: false`;
const b = { rejectUnauthorized: !options.insecure };
const r = /['"]/; /* rejectUnauthorized: false */
