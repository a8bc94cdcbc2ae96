import yaml
yaml.load(text)
yaml.load(text, Loader=yaml.Loader)
yaml.unsafe_load(text)
yaml.load(text, yaml.UnsafeLoader)
yaml.load(text, Loader=yaml.CLoader)
