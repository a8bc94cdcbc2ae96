KEY = "@@GOOGLE@@"
