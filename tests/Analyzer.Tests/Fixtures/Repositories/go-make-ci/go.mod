module example.com/svc

go 1.24

require (
	github.com/lib/pq v1.10.0
	github.com/redis/go-redis/v9 v9.0.0 // indirect
)
