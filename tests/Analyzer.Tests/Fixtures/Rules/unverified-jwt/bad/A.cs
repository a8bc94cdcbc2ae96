parameters.RequireSignedTokens = false;
