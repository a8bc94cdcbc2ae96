config := &tls.Config{MinVersion: tls.VersionTLS10}
