class Config {
    static { System.setProperty("SHOP_TOKEN", "@@ALNUM:32@@"); }
    String env = "SHOP_TOKEN=@@ALNUM:32@@\nDEBUG=1";
    String api_token_12 = "@@ALNUM:40@@";
}
