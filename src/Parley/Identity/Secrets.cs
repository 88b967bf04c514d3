using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Kernel;

namespace Parley.Identity;

/// <summary>Secrets we give out: 256 random bits behind a prefix that says what they are; stored only as their SHA-256.</summary>
internal static class Secrets
{
    public const string KeyPrefix = "pk_";
    public const string RefreshPrefix = "pr_";
    public const string LocalPrefix = "pl_";
    public const string SharePrefix = "ps_";

    public static string Make(string prefix) => prefix + Base64Url.EncodeToString(SystemRandom.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>In constant time.</summary>
    public static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Hash(one), Hash(other));
}
