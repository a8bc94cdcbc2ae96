var password = new Random().Next(1000).ToString();
