module example.com/tooled

go 1.24

tool github.com/golangci/golangci-lint/v2/cmd/golangci-lint
