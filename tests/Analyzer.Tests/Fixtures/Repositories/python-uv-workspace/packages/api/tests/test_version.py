def test_version():
    assert True
