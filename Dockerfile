# syntax=docker/dockerfile:1

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restore first: this layer changes only with the project files.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/grpc.snk src/
COPY src/Grpc.Core.Api/*.csproj src/Grpc.Core.Api/
COPY src/Grpc.Net.Common/*.csproj src/Grpc.Net.Common/
COPY src/Subscriptions.Contracts/*.csproj src/Subscriptions.Contracts/
COPY src/Subscriptions.Core/*.csproj src/Subscriptions.Core/
COPY src/Subscriptions.Scripting/*.csproj src/Subscriptions.Scripting/
COPY src/Subscriptions.Storage.Sqlite/*.csproj src/Subscriptions.Storage.Sqlite/
COPY src/Subscriptions.Server/*.csproj src/Subscriptions.Server/
RUN dotnet restore src/Subscriptions.Server

COPY protos/ protos/
COPY src/ src/
RUN dotnet publish src/Subscriptions.Server --configuration Release --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN mkdir /data && chown "$APP_UID" /data
WORKDIR /app
COPY --from=build /app .

USER $APP_UID
VOLUME /data
EXPOSE 50051 5984

# Inside a container "all interfaces" is the container's own network; who reaches it is decided by the ports that are published.
ENTRYPOINT ["./subscriptions-server", "--data", "/data", "--grpc", "0.0.0.0:50051", "--http", "0.0.0.0:5984", "--allow-insecure-bind"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["./subscriptions-server", "--check-health", "http://127.0.0.1:5984"]
