module a
require (
	github.com/dgrijalva/jwt-go v3.2.0+incompatible
)
