def test_poem(): pass
