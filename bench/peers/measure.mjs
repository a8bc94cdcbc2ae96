// What both peers measure in the same way. CLOCK_MONOTONIC is one clock for all processes of a machine, here and in .NET.
export const now = () => Number(process.hrtime.bigint() / 1000n);

// Counts the jobs of one drain: from the first one's start to the last one's end.
export class Drain {
  constructor(jobs, done) {
    Object.assign(this, { left: jobs, jobs, done, cpu: process.cpuUsage() });
  }

  start() {
    this.first ??= now();
  }

  end() {
    if (--this.left > 0) return;
    const seconds = (now() - this.first) / 1e6;
    const cpu = process.cpuUsage(this.cpu);
    this.done({ jobs: this.jobs, seconds, cpu_ms: (cpu.user + cpu.system) / 1000 });
  }
}

// Collects how long jobs waited after they were asked for, in microseconds.
export class Pickups {
  waits = [];

  add(asked) {
    this.waits.push(now() - asked);
  }
}

export const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

// One job after the other, with pauses that fall into no rhythm.
export async function askOneByOne(count, ask) {
  for (let asked = 0; asked < count; asked++) {
    await ask({ asked: now() });
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20));
  }
}
