// InsecureSkipVerify: true
c := &tls.Config{InsecureSkipVerify: insecure}
if c.InsecureSkipVerify == true {}
s := `InsecureSkipVerify: true`
