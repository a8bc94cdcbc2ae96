REDIS = ENV.fetch("REDIS_URL", "redis://localhost")
