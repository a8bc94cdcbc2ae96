// var formatter = new BinaryFormatter(); formatter.Deserialize(stream);
var value = JsonSerializer.Deserialize<User>(stream);
