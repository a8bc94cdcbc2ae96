DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
factory.newDocumentBuilder().parse(stream);
