// What both peers measure in the same way. CLOCK_MONOTONIC is one clock for all processes of a machine, here and in .NET.
export const now = () => Number(process.hrtime.bigint() / 1000n);

// Counts the jobs of one drain. The first of them warm up the runtime; then the clock starts.
export const warmUp = 5000;

export class Drain {
  ended = 0;

  constructor(jobs, done) {
    Object.assign(this, { jobs, done });
  }

  end() {
    this.ended++;
    if (this.ended === warmUp) {
      say({ warm: true });
      Object.assign(this, { first: now(), cpu: process.cpuUsage() });
    } else if (this.ended === this.jobs + warmUp) {
      const seconds = (now() - this.first) / 1e6;
      const cpu = process.cpuUsage(this.cpu);
      this.done({ seconds, cpu_ms: (cpu.user + cpu.system) / 1000 });
    }
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
