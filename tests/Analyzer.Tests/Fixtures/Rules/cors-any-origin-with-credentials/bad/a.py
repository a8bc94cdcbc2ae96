app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
CORS(app, origins="*", supports_credentials=True)
