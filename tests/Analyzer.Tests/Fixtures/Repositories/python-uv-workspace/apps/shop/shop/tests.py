from django.test import TestCase


class CartTests(TestCase):
    pass
