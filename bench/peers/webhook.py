"""The seed's way to take deliveries in: FastAPI verifies the signature and puts the delivery in a BullMQ line in Redis.

BullMQ's own client for Python is not in Debian, so the script here does what its addStandardJob does: a hash for the job under the delivery's
id (a duplicate is one that is there), its id in the list that workers wait at, and an entry in the stream of events; in one round trip.
"""

import hashlib
import hmac
import json
import os

import redis.asyncio
from fastapi import FastAPI, Request, Response

ADD = """
local job = KEYS[1] .. ":" .. ARGV[1]
if redis.call("EXISTS", job) == 1 then return 0 end
redis.call("INCR", KEYS[1] .. ":id")
redis.call("HMSET", job, "name", ARGV[2], "data", ARGV[3], "opts", "{}", "timestamp", ARGV[4], "delay", 0, "priority", 0)
redis.call("XADD", KEYS[1] .. ":events", "MAXLEN", "~", 10000, "*", "event", "added", "jobId", ARGV[1], "name", ARGV[2])
redis.call("LPUSH", KEYS[1] .. ":wait", ARGV[1])
redis.call("XADD", KEYS[1] .. ":events", "MAXLEN", "~", 10000, "*", "event", "waiting", "jobId", ARGV[1])
return 1
"""

app = FastAPI()
host, port = os.environ["BENCH_REDIS"].split(":")
client = redis.asyncio.Redis(host=host, port=int(port))
add = client.register_script(ADD)
secret = os.environ["BENCH_SECRET"].encode()


@app.get("/ready")
async def ready():
    return {}


@app.post("/webhooks/github", status_code=202)
async def receive(request: Request):
    body = await request.body()
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
        return Response(status_code=401)
    payload = json.loads(body)
    data = {"event": request.headers["X-GitHub-Event"], "payload": payload}
    await add(keys=["bull:webhooks"], args=[request.headers["X-GitHub-Delivery"], "delivery", json.dumps(data), 0])
    return {"status": "accepted"}
