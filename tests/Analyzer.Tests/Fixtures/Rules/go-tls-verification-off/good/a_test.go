c := &tls.Config{InsecureSkipVerify: true}
