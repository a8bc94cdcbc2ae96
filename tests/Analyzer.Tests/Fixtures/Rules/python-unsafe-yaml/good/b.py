from ruamel.yaml import YAML
yaml = YAML()
yaml.load(text)
