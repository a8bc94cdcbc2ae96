client.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);
connection.setHostnameVerifier((host, session) -> true);
class Trusting implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String type) { }
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        // trusted
    }
}
