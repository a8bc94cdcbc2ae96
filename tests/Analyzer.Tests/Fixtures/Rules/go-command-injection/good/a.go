package a
const base = "main"
func f(branch string) {
	exec.Command("git", "log", branch).Run()
	exec.Command("sh", "-c", "git log").Run()
	exec.Command("sh", "-c", "git log "+base).Run()
	exec.Command("sh", "-c", fmt.Sprintf("sleep %d", n)).Run()
	exec.Command("sh", "-c", script).Run()
}
