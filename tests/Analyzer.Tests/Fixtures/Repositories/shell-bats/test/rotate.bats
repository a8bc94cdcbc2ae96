@test "rotates" {
  run bin/rotate
}
