return jwt.UnsafeAllowNoneSignatureType, nil
