var a = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
b.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
ServicePointManager.ServerCertificateValidationCallback += (a, b, c, d) => { return true; };
