new BinaryFormatter().Serialize(stream, value);
