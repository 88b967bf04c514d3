using System.Text;
using Parley.Identity;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// Questions to models beside a turn, for titles and summaries: answered whole, within limits, and charged to whom they
/// are asked for, also where they break off. Thread-safe.
/// </summary>
internal sealed class AsideQuestions(
    Db db,
    ModelRouter models,
    CostBook book,
    Quotas quotas,
    TokenCounts tokens,
    TimeProvider time
)
{
    /// <param name="limit">Of time, for all of it.</param>
    /// <param name="mostBytes">What the answer says past them is left out.</param>
    public async Task<AsideAnswer> AskAsync(
        long ownerId,
        ModelRoute route,
        ModelRequest request,
        TimeSpan limit,
        int mostBytes,
        CancellationToken ct
    )
    {
        if (await db.ReadAsync(session => quotas.Left(session, ownerId, QuotaKind.Tokens), ct) <= 0)
        {
            return new AsideAnswer("", "no tokens are left");
        }

        using var clock = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, clock.Token);
        using var text = new MemoryStream();
        var heard = false;
        ModelUsage? used = null;
        var from = route;
        try
        {
            await foreach (var piece in models.StreamAsync(route, request, either.Token))
            {
                heard = true;
                used = piece.Usage ?? used;
                from = piece.From ?? from;
                if (piece.Kind == ModelEventKind.Text && text.Length < mostBytes)
                {
                    text.Write(piece.Text.Span);
                }
            }

            return new AsideAnswer(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), null);
        }
        catch (UpstreamException failure)
        {
            return new AsideAnswer("", failure.Message);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new AsideAnswer("", $"{route.Name} took longer than {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (heard)
            {
                var spent = SpentTokens.Of(from, Usage(route, request, used, text));
                await db.WriteAsync(tx => book.Charge(tx, ownerId, spent), CancellationToken.None);
            }
        }
    }

    /// <summary>As the upstream counted; what it did not is estimated.</summary>
    private ModelUsage Usage(ModelRoute route, ModelRequest request, ModelUsage? used, MemoryStream text) =>
        new(
            used?.PromptTokens ?? request.Messages.Sum(m => tokens.Estimate(route.Name, m.Text.Span)),
            used?.CompletionTokens ?? tokens.Estimate(route.Name, text.GetBuffer().AsSpan(0, (int)text.Length)),
            used?.CachedTokens,
            used?.ReasoningTokens
        )
        {
            Estimated = used is not { PromptTokens: not null, CompletionTokens: not null },
        };
}

/// <param name="Text">Empty where it failed.</param>
/// <param name="Fault">Why, fit to be shown; null where it went well.</param>
internal readonly record struct AsideAnswer(string Text, string? Fault);
