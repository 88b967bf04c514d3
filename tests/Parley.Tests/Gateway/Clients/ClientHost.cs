using System.Text.Json.Nodes;
using Parley.Providers;

namespace Parley.Tests.Gateway.Clients;

/// <summary>A server with accounts, an upstream of each kind, and one library that talks to it with a key.</summary>
public abstract class ClientHost(string library) : IAsyncLifetime
{
    private readonly Dictionary<UpstreamKind, FakeUpstream> upstreams = [];
    private ParleyApp app = null!;
    private Person key = null!;

    internal NodeClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var starting = NodeClient.StartAsync(library);
        (app, var admin) = await Accounts.StartAsync();
        key = await (await admin.AddAsync("ann@example.org")).KeyAsync("models");
        foreach (var kind in Enum.GetValues<UpstreamKind>())
        {
            upstreams[kind] = await FakeUpstream.StartAsync(kind, Model(kind));
            await upstreams[kind].AddToAsync(app, kind.Name(), "sk-of-the-server");
        }

        Client = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await app.DisposeAsync();
        foreach (var upstream in upstreams.Values)
        {
            await upstream.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    internal FakeUpstream Of(string kind) => upstreams[Enum.Parse<UpstreamKind>(kind)];

    /// <summary>What a call needs to know.</summary>
    internal JsonObject Ask(string kind, JsonObject? with = null)
    {
        var ask = with ?? [];
        ask["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/');
        ask["key"] ??= key.Token;
        ask["model"] ??= Model(Enum.Parse<UpstreamKind>(kind));
        return ask;
    }

    private static string Model(UpstreamKind kind) => "model-of-" + kind.Name();
}
