import os
CACHE = os.environ.get("REDIS_URL")
