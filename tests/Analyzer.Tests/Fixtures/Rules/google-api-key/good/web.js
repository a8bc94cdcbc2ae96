const config = { apiKey: "@@GOOGLE@@", authDomain: "x.web.app" };
