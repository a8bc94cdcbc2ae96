response.sendRedirect("/home");
