using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Kernel.Outbound;

namespace Parley.Tests.Kernel.Outbound;

public sealed class PublicHttpTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Addresses_that_are_not_of_the_public_net_are_refused(string address) =>
        Assert.False(PublicAddresses.Allow(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450::1")]
    public void Public_addresses_may_be_used(string address) =>
        Assert.True(PublicAddresses.Allow(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://user:pass@1.1.1.1/")]
    [InlineData("http://1.1.1.1:22/")]
    [InlineData("ftp://1.1.1.1/")]
    [InlineData("file:///etc/passwd")]
    public async Task An_address_that_cannot_be_used_is_refused_and_nothing_told_of_why(string address)
    {
        using var http = new PublicHttp(TimeProvider.System);

        var failure = await Assert.ThrowsAsync<FetchException>(() =>
            http.GetAsync(new Uri(address), "*/*", CancellationToken.None)
        );

        Assert.Equal("that address cannot be used", failure.Message);
    }

    [Fact]
    public async Task Each_redirect_is_judged_anew()
    {
        await using var server = await ServeAsync(http =>
        {
            http.Response.Redirect("http://127.0.0.2/secret");
            return Task.CompletedTask;
        });
        using var client = Lenient();

        await Assert.ThrowsAsync<FetchException>(() =>
            client.GetAsync(AddressOf(server), "*/*", CancellationToken.None)
        );
    }

    [Fact]
    public async Task What_is_too_large_is_not_read_to_its_end()
    {
        await using var server = await ServeAsync(async http =>
        {
            var chunk = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
            }
        });
        using var client = Lenient();

        var failure = await Assert.ThrowsAsync<FetchException>(() =>
            client.GetAsync(AddressOf(server), "*/*", CancellationToken.None)
        );

        Assert.Contains("10 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_fetched_without_cookies_or_credentials()
    {
        IHeaderDictionary? seen = null;
        await using var server = await ServeAsync(http =>
        {
            seen = new HeaderDictionary(http.Request.Headers.ToDictionary());
            http.Response.Cookies.Append("a", "b");
            return http.Response.WriteAsync("hello");
        });
        using var client = Lenient();

        await client.GetAsync(AddressOf(server), "text/html", CancellationToken.None);
        var page = await client.GetAsync(AddressOf(server), "text/html", CancellationToken.None);

        Assert.Equal("hello"u8.ToArray(), page.Body);
        Assert.False(seen!.ContainsKey("Cookie"));
        Assert.False(seen.ContainsKey("Authorization"));
    }

    /// <summary>This machine's first loopback address alone is allowed.</summary>
    private static PublicHttp Lenient() =>
        new(TimeProvider.System, address => address.Equals(IPAddress.Loopback), _ => true);

    private static Uri AddressOf(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task<WebApplication> ServeAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(handler);
        await server.StartAsync();
        return server;
    }
}
