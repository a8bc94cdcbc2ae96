var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None };
if (settings.TypeNameHandling == TypeNameHandling.All) { }
