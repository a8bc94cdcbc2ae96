c := &tls.Config{InsecureSkipVerify: true}
c.InsecureSkipVerify = true
