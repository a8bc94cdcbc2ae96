package a
func f(branch string) {
	exec.Command("sh", "-c", "git log "+branch).Run()
	exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf("ls %s", folder)).Run()
}
