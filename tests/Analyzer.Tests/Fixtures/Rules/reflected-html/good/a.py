return HttpResponse("<p>" + escape(request.GET["name"]))
