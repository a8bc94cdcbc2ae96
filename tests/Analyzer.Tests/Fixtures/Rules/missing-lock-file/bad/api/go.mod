module x

go 1.26

require a.b/c v1.0.0
