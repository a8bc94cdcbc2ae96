func f() { exec.Command("sh", "-c", "git log "+branch) }
