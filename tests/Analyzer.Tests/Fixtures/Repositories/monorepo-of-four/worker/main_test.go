package main

import "os"

var redis = os.Getenv("REDIS_URL")
