SSLContext.getInstance("TLSv1.1");
