etree.XMLParser(resolve_entities=False)
