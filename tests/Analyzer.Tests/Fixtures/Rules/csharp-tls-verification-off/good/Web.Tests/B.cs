handler.ServerCertificateCustomValidationCallback = (_, _, _, _) => true;
