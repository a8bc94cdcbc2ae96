class A {
    Document a(InputStream in) throws Exception {
        DocumentBuilderFactory safe = DocumentBuilderFactory.newInstance();
        safe.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return safe.newDocumentBuilder().parse(in);
    }

    Document b(InputStream in) throws Exception {
        DocumentBuilderFactory open = DocumentBuilderFactory.newInstance();
        open.setFeature("http://example.org/other", true);
        return open.newDocumentBuilder().parse(in);
    }
}
