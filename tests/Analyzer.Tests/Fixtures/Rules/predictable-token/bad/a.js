const accessToken = Math.random().toString(36).slice(2);
user.resetToken = "a" + Math.random();
