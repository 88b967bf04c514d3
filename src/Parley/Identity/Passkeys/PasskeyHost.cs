using System.Net;
using System.Security.Cryptography;
using System.Text;
using Parley.Kernel.Problems;

namespace Parley.Identity.Passkeys;

/// <summary>
/// The host name and the origin of a request, to which passkeys are bound: the name was held to the list of those that
/// this server answers to before anything of ours ran (S25).
/// </summary>
/// <param name="Name">The relying party's id.</param>
internal sealed record PasskeyHost(string Name, string Origin)
{
    /// <exception cref="ProblemException">The server was asked by a number.</exception>
    public static PasskeyHost Of(HttpRequest request)
    {
        var name = request.Host.Host.ToLowerInvariant();
        return IPAddress.TryParse(name.Trim('[', ']'), out _)
            ? throw new ProblemException(
                ProblemCodes.Conflict,
                "passkeys are bound to a host name, and this one is a number: open the server by its name, on this machine by localhost"
            )
            : new PasskeyHost(name, $"{request.Scheme}://{request.Host}".ToLowerInvariant());
    }

    public bool Is(byte[] hash) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(Name)), hash);
}
