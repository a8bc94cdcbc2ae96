// handler.ServerCertificateCustomValidationCallback = (_, _, _, _) => true;
var text = "ServerCertificateCustomValidationCallback = (_, _, _, _) => true";
handler.ServerCertificateCustomValidationCallback = (_, cert, _, errors) => errors == SslPolicyErrors.None;
var q = @"a ""ServerCertificateCustomValidationCallback = (_, _, _, _) => true"" b";
