using Parley;

await using var server = ParleyServer.Build(new ServerOptions { DataDirectory = args.FirstOrDefault() ?? "data" });
await server.RunAsync();
