module a
require (
	github.com/golang-jwt/jwt/v5 v5.0.0
	github.com/dgrijalva/jwt-go v3.2.0+incompatible // indirect
)
