namespace Parley.Identity;

/// <summary>Who asks, by which door, from where: what an audit entry needs to know of a request.</summary>
internal sealed record RequestOrigin(Caller? Caller, string? Address, string? Agent)
{
    private const int LongestAgent = 200;

    /// <summary>A command on the data folder itself.</summary>
    public static readonly RequestOrigin Local = new(Caller.Local, null, null);

    public static ValueTask<RequestOrigin?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<RequestOrigin?>(Of(http));

    public static RequestOrigin Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var shown = new string([.. agent.Take(LongestAgent).Select(c => char.IsControl(c) ? ' ' : c)]);
        return new RequestOrigin(http.Features.Get<Caller>(), AddressOf(http), shown.Length == 0 ? null : shown);
    }

    public static string? AddressOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
    }
}
