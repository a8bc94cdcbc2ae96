from setuptools import setup
setup(name="toxic", classifiers=["Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3.12"])
