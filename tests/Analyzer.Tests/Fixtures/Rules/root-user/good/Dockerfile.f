FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ENTRYPOINT ["dotnet", "x.dll"]
