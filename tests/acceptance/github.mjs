// A GitHub that others wrote: npm's emulate, with one repository. Prints its address, and ends with its input.
import { createEmulator } from 'emulate';

const [, , port, token, owner, name] = process.argv;
const emulator = await createEmulator({
  service: 'github',
  port: Number(port),
  seed: {
    tokens: { [token]: { login: owner, scopes: ['repo', 'workflow', 'read:org'] } },
    github: { users: [{ login: owner, name: owner }], repos: [{ owner, name, default_branch: 'main' }] },
  },
});
console.log(emulator.url);
process.stdin.resume();
process.stdin.on('end', async () => {
  await emulator.close();
  process.exit(0);
});
