Response.Cookies.Append("SessionId", id, new CookieOptions { HttpOnly = false });
