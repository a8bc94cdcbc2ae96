class Real {}
