using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Identity.Crypto;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>What became of a password that was shown.</summary>
/// <param name="Matches">It is the one.</param>
/// <param name="Better">A hash to be stored in place of the old one, which was weaker than new ones are.</param>
internal readonly record struct PasswordCheck(bool Matches, string? Better);

/// <summary>
/// Hashes passwords and checks them (S2). Each hash fills 64 MiB and a core, so a core is left to requests that only
/// read; the rest wait their turn, and not for long, and who could not get it in that time is turned away at once. They
/// run on threads that stand back where cores are scarce. Thread-safe.
/// </summary>
internal sealed class Passwords(IdentityOptions options) : IDisposable
{
    private const int SaltBytes = 16;
    private const int TagBytes = 32;
    private const string Prefix = "$argon2id$v=19$m=";

    /// <summary>Of each turn: more than this many hashes take longer than anybody waits, on any machine of today.</summary>
    private const int MostWaiting = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly SemaphoreSlim turns = new(AtOnce);
    private int inside;

    /// <summary>Stands in for the hash of an account that does not exist, so that its answer takes as long (S5).</summary>
    private readonly string nobody = Write(options.Hash, new byte[SaltBytes], new byte[TagBytes]);

    /// <exception cref="ProblemException">Too many wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken ct) => InTurnAsync(() => Hash(password), ct);

    /// <param name="stored">Null: there is no such account; the work is done all the same.</param>
    /// <exception cref="ProblemException">Too many wait already.</exception>
    public Task<PasswordCheck> CheckAsync(string password, string? stored, CancellationToken ct) =>
        InTurnAsync(() => Check(password, stored), ct);

    public void Dispose() => turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken ct)
    {
        try
        {
            if (
                Interlocked.Increment(ref inside) > AtOnce * (1 + MostWaiting)
                || !await turns.WaitAsync(LongestWait, ct)
            )
            {
                throw new ProblemException(ProblemCodes.Busy, "too many people sign in at once: try again in a moment")
                {
                    RetryAfter = LongestWait,
                };
            }

            try
            {
                return await BackgroundThread.RunAsync(work);
            }
            finally
            {
                turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref inside);
        }
    }

    private string Hash(string password)
    {
        var salt = SystemRandom.GetBytes(SaltBytes);
        var tag = new byte[TagBytes];
        Argon2id.Hash(Bytes(password), salt, options.Hash, tag);
        return Write(options.Hash, salt, tag);
    }

    private PasswordCheck Check(string password, string? stored)
    {
        if (stored is not null && Bcrypt.IsHash(stored))
        {
            // Those were made of the text as it was typed.
            return Bcrypt.Verify(Encoding.UTF8.GetBytes(password), stored)
                ? new PasswordCheck(true, Hash(password))
                : default;
        }

        if (!TryRead(stored ?? nobody, out var cost, out var salt, out var expected))
        {
            return default;
        }

        var tag = new byte[expected.Length];
        Argon2id.Hash(Bytes(password), salt, cost, tag);
        var matches = CryptographicOperations.FixedTimeEquals(tag, expected) && stored is not null;
        return new PasswordCheck(matches, matches && cost.IsBelow(options.Hash) ? Hash(password) : null);
    }

    private static byte[] Bytes(string password) => Encoding.UTF8.GetBytes(CompatibleForm.Of(password));

    /// <summary>As a PHC string, which states what it cost.</summary>
    private static string Write(Argon2Parameters cost, byte[] salt, byte[] tag) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{cost.MemoryKiB},t={cost.Passes},p={cost.Lanes}${Base64(salt)}${Base64(tag)}"
        );

    private static bool TryRead(string text, out Argon2Parameters cost, out byte[] salt, out byte[] tag)
    {
        (cost, salt, tag) = (Argon2Parameters.Standard, [], []);
        var parts = text.Split('$');
        if (parts is not ["", "argon2id", "v=19", var costs, var saltText, var tagText])
        {
            return false;
        }

        var numbers = costs.Split(',');
        if (
            numbers is not [var m, var t, var p]
            || !TryNumber(m, "m=", out var memory)
            || !TryNumber(t, "t=", out var passes)
            || !TryNumber(p, "p=", out var lanes)
            || memory < 8 * lanes
            || memory > 1024 * 1024
        )
        {
            return false;
        }

        cost = new Argon2Parameters(memory, passes, lanes);
        salt = FromBase64(saltText);
        tag = FromBase64(tagText);
        return salt.Length >= 8 && tag.Length >= 16;
    }

    private static bool TryNumber(string text, string name, out int number)
    {
        number = 0;
        return text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number is > 0;
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var count) ? bytes[..count] : [];
    }
}
