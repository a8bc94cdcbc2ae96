ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls11;
