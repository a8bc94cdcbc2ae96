os.ReadFile(name)
