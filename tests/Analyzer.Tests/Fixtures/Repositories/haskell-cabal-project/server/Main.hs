main = lookupEnv "DATABASE_URL"
