package x

var mailgunToken string = "key-@@HEX:32@@"
