module fake
