@test "more" { true; }
