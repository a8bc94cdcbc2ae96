class A {
    Document a(InputStream in) throws Exception {
        DocumentBuilderFactory safe = DocumentBuilderFactory.newInstance();
        safe.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return safe.newDocumentBuilder().parse(in);
    }

    Document b(InputStream in) throws Exception {
        DocumentBuilderFactory handed = DocumentBuilderFactory.newInstance();
        secure(handed);
        return handed.newDocumentBuilder().parse(in);
    }

    Document c(InputStream in) throws Exception {
        DocumentBuilderFactory made = Factories.secure();
        return made.newDocumentBuilder().parse(in);
    }
}
