FROM mcr.microsoft.com/dotnet/aspnet:10.0
EXPOSE 8080
ENTRYPOINT ["dotnet", "api.dll"]
