class Config {
    static { System.setProperty("SHOP_TOKEN", System.getenv("SHOP_TOKEN")); }
    String[] words = {"token", "accesskey", "authorization-code"};
    String credentials = "same-origin-and-nothing-else";
    String private_key_path = "etc/keys/deployment/shop";
}
