using var client = new HttpClient();
var hash = SHA1.HashData(Encoding.ASCII.GetBytes(password));
