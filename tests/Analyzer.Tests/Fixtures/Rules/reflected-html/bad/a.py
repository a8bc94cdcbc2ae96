return HttpResponse("<p>" + request.GET["name"])
