import yaml
yaml.safe_load(text)
yaml.load(text, Loader=yaml.SafeLoader)
yaml.load(text, Loader=SafeLoader)
yaml.load(text, yaml.CSafeLoader)
yaml.load(text, Loader=loader)
yaml.load(*args)
