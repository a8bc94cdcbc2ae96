requests.get(url, verify=False)
client = httpx.Client(verify=False)
ssl._create_default_https_context = ssl._create_unverified_context
x = requests.post(
    make(url),
    verify=False,
)
