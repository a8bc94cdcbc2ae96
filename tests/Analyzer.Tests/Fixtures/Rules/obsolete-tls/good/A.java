SSLContext.getInstance("TLS");
