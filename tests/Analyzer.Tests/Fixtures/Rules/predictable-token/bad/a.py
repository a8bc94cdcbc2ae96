password = "".join(random.choice(letters) for _ in range(12))
otp = random.randint(100000, 999999)
