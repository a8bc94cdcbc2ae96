new File(request.getParameter("name"));
