etree.XMLParser(resolve_entities=True)
