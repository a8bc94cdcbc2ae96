package com.example.shop;
class Web {}
