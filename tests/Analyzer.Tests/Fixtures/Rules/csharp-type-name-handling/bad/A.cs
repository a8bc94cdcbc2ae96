var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All };
settings.TypeNameHandling = TypeNameHandling.Auto;
