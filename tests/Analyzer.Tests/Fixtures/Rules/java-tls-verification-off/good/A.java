// NoopHostnameVerifier.INSTANCE
connection.setHostnameVerifier((host, session) -> host.equals("a"));
public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException { inner.checkServerTrusted(chain, type); }
String text = "NoopHostnameVerifier.INSTANCE";
