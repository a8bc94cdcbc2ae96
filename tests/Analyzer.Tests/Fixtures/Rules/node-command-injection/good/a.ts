import { exec, execFile } from 'child_process';
exec(`git log ${branch}`);
execFile('git', ['log', req.query.branch]);
exec('git log');
/req.query.branch/.exec(req.query.branch ? 'a' : 'b');
