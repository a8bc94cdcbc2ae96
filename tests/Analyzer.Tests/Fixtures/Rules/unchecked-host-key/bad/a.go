config.HostKeyCallback = ssh.InsecureIgnoreHostKey()
