config.HostKeyCallback = knownhosts.New(path)
