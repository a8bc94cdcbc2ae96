class OldTest {}
