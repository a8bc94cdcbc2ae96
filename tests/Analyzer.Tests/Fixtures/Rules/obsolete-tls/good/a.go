config := &tls.Config{MinVersion: tls.VersionTLS12}
versions := map[string]uint16{"1.0": tls.VersionTLS10}
