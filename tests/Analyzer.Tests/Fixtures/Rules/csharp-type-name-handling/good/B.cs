var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All, SerializationBinder = new KnownTypes() };
