if url_has_allowed_host_and_scheme(request.GET["next"], None):
    return redirect(request.GET["next"])
