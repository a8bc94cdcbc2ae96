import toxic
