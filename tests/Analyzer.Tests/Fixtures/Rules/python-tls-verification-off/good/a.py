"""requests.get(url, verify=False)"""
# requests.get(url, verify=False)
requests.get(url, verify=path)
def f(verify=False): pass
x = "requests.get(url, verify=False)"
requests.get(url); other(verify=False)
