name = random.choice(names)
password = secrets.choice(letters)
rng = random.SystemRandom()
token = rng.choice(letters)
