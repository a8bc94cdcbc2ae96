const id = Math.random().toString(36);
const angle = Math.random();
const token = crypto.randomBytes(16).toString('hex');
const tokenCount = Math.random();
if (token === Math.random()) {}
const token2 = () => { return Math.random(); };
const refreshToken = Math.random();
