module example.com/tool/v2

go 1.22.0

toolchain go1.23.4

require github.com/spf13/cobra v1.8.0
