using Parley.Chat;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Gateway;

/// <summary>
/// Stores exchanges of clients that ask for it by the header <c>X-Parley-Store</c>: <c>true</c>, or the name of a space.
/// Nobody's words are kept unasked. Thread-safe.
/// </summary>
internal sealed partial class ExchangeKeeper(ExchangeStore store, ILogger<ExchangeKeeper> log)
{
    public const string Header = "X-Parley-Store";

    private const int LongestName = 100;
    private static readonly AccessPolicy Writes = new(AccessLevel.User, KeyScopes.Conversations);

    /// <summary>Null where the client does not ask for it.</summary>
    /// <exception cref="ProblemException">The key may not write conversations, or the question cannot be read.</exception>
    public static ExchangeRecord? Begin(HttpContext http, Caller caller, GatewayBody body, Func<GatewayBody, Chat> read)
    {
        var word = http.Request.Headers[Header].ToString().Trim();
        if (word.Length == 0 || word.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (caller.Scopes?.Allow(Writes, reads: false) == false)
        {
            throw new ProblemException(
                ProblemCodes.Forbidden,
                $"{Header}: the key has no scope \"{KeyScopes.Conversations}\" to store it"
            );
        }

        if (word.Length > LongestName)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                $"{Header}: must be true, false, or the name of a space of at most {LongestName} characters"
            );
        }

        try
        {
            var space = word.Equals("true", StringComparison.OrdinalIgnoreCase) ? null : word;
            return new ExchangeRecord(body.Model, read(body).Request.Messages, space);
        }
        catch (ProblemException unread)
        {
            throw new ProblemException(unread.Code, $"{Header}: this cannot be stored: {unread.Message}");
        }
    }

    /// <summary>Before the answer ends for its client: who has read it to its end finds it stored. A failure is logged and does not take the answer away.</summary>
    public async Task KeepAsync(Caller caller, ExchangeRecord record)
    {
        if (record.Take() is not { } exchange)
        {
            return;
        }

        try
        {
            await store.AddAsync(caller, exchange, record.Space, CancellationToken.None);
        }
        catch (Exception failure) when (failure is ProblemException or StoreException)
        {
            NotStored(log, failure.Message);
        }
    }

    [LoggerMessage(1100, LogLevel.Warning, "an exchange was answered but not stored: {Reason}")]
    private static partial void NotStored(ILogger log, string reason);
}
