ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
ServicePointManager.SecurityProtocol &= ~SecurityProtocolType.Tls11;
