const serialize = require('node-serialize');
cache.deserialize(text);
