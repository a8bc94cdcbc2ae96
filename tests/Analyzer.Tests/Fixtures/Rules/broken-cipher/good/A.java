Cipher.getInstance("AES/GCM/NoPadding");
Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
KeyFactory.getInstance("DES");
