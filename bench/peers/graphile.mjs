// graphile-worker in its usual configuration; `batched` turns on its local queue and batched completion.
import { makeWorkerUtils, run } from "graphile-worker";
import { askOneByOne, Drain, Pickups, say } from "./measure.mjs";

const [verb, connectionString, count, concurrency, mode] = process.argv.slice(2);
const jobs = Number(count);
const quiet = { logger: new (await import("graphile-worker")).Logger(() => () => {}) };

async function client(ask) {
  const utils = await makeWorkerUtils({ connectionString, ...quiet });
  await utils.migrate();
  await ask(utils);
  await utils.release();
}

async function work(task) {
  const worker = mode === "batched"
    ? { localQueue: { size: Number(concurrency) * 5 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
    : {};
  return run({
    connectionString, concurrency: Number(concurrency), noHandleSignals: true, taskList: { noop: task }, ...quiet,
    preset: { worker: { connectionString, concurrentJobs: Number(concurrency), ...worker } },
  });
}

switch (verb) {
  case "setup":
    await client(async () => {});
    break;
  case "fill":
    await client(async (utils) => {
      for (let added = 0; added < jobs; added += 1000) {
        await utils.addJobs(Array.from({ length: Math.min(1000, jobs - added) }, () => ({ identifier: "noop", payload: {} })));
      }
    });
    break;
  case "drain": {
    let finish;
    const drained = new Promise((resolve) => { finish = resolve; });
    const drain = new Drain(jobs, finish);
    const runner = await work(async () => {});
    runner.events.on("job:complete", () => drain.end());
    say(await drained);
    await runner.stop();
    break;
  }
  case "pickup": {
    const pickups = new Pickups();
    let finish;
    const finished = new Promise((resolve) => { finish = resolve; });
    const runner = await work(async (payload) => {
      pickups.add(payload.asked);
      if (pickups.waits.length === jobs) finish();
    });
    say({ ready: true });
    await finished;
    say({ waits: pickups.waits });
    await runner.stop();
    break;
  }
  case "ask":
    await client((utils) => askOneByOne(jobs, (payload) => utils.addJob("noop", payload)));
    break;
}
process.exit(0);
