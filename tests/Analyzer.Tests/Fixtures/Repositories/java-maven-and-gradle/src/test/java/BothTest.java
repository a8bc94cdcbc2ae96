class BothTest {}
