// BullMQ in its usual configuration.
import { Queue, Worker } from "bullmq";
import { askOneByOne, Drain, Pickups, say } from "./measure.mjs";

const [verb, address, count, concurrency] = process.argv.slice(2);
const [host, port] = address.split(":");
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const jobs = Number(count);
const name = "bench";

async function client(ask) {
  const queue = new Queue(name, { connection });
  await ask(queue);
  await queue.close();
}

switch (verb) {
  case "setup":
    await client((queue) => queue.obliterate({ force: true }));
    break;
  case "fill":
    await client(async (queue) => {
      for (let added = 0; added < jobs; added += 1000) {
        await queue.addBulk(Array.from({ length: Math.min(1000, jobs - added) }, () => ({ name: "noop", data: {} })));
      }
    });
    break;
  case "drain": {
    const drained = new Promise((resolve) => {
      const drain = new Drain(jobs, resolve);
      const worker = new Worker(name, async () => {}, { connection, concurrency: Number(concurrency) });
      worker.on("completed", () => drain.end());
    });
    say(await drained);
    break;
  }
  case "pickup": {
    const pickups = new Pickups();
    const finished = new Promise((resolve) => {
      const worker = new Worker(name, async (job) => {
        pickups.add(job.data.asked);
        if (pickups.waits.length === jobs) resolve();
      }, { connection, concurrency: Number(concurrency) });
      worker.waitUntilReady().then(() => say({ ready: true }));
    });
    await finished;
    say({ waits: pickups.waits });
    break;
  }
  case "ask":
    await client((queue) => askOneByOne(jobs, (data) => queue.add("noop", data)));
    break;
}
process.exit(0);
