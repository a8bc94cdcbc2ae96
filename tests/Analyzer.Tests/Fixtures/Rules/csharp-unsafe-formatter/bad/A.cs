var formatter = new BinaryFormatter();
var value = formatter.Deserialize(stream);
