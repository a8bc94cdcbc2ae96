import yaml

def other():
    from ruamel.yaml import YAML
    yaml = YAML(typ="rt")
    yaml.load(text)
