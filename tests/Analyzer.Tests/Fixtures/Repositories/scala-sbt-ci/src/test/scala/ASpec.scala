class ASpec
