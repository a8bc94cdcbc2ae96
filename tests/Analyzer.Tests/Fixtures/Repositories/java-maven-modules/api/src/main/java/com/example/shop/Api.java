package com.example.shop;
class Api { String url = System.getenv("POSTGRES_URL"); }
