package com.example.shop;
class ApiTest {}
