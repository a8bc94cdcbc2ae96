test "a" {}
