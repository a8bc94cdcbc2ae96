Cipher.getInstance("DES");
Cipher.getInstance("AES/ECB/PKCS5Padding");
