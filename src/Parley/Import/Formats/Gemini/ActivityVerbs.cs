namespace Parley.Import.Formats.Gemini;

/// <summary>What the title of a row of My Activity says was done.</summary>
internal enum ActivityVerb : byte
{
    /// <summary>In a language, or of a kind, that is not in our table.</summary>
    Unknown,

    /// <summary>A prompt.</summary>
    Prompt,

    /// <summary>Something that is no turn of a conversation: feedback, a draft chosen, a canvas made.</summary>
    Other,
}

/// <summary>
/// Titles of My Activity: a verb in the account's language, then what was typed (imports.md 5.2). The verbs are those
/// seen in exports; an unknown one leaves the title whole.
/// </summary>
internal static class ActivityVerbs
{
    /// <summary>Followed by white space, or by nothing where the prompt is a picture.</summary>
    private static readonly string[] Prompted =
    [
        "Prompted",
        "Asked",
        "Said",
        "Branched",
        "Answered",
        "Υποβλήθηκε το ερώτημα",
    ];

    /// <summary>Followed by a colon, in French with a space before it.</summary>
    private static readonly string[] PromptedColon =
    [
        "Prompted with",
        "Asked Gemini",
        "Asked Bard",
        "Eingegebener Prompt",
        "Prompt",
        "Has dicho",
        "Preguntó",
        "Fez uma pergunta",
        "Perguntou",
        "送信したメッセージ",
    ];

    private static readonly string[] PromptedAfter = ["と入力しました"];

    private static readonly string[] Others =
    [
        "Gave feedback",
        "Selected preferred draft",
        "Created",
        "Used",
        "Added",
        "Shared",
        "Deleted",
        "Cleared",
        "Viewed",
        "Edited",
        "Pinned",
        "Renamed",
        "Exported",
        "Published",
        "Updated",
        "フィードバックを送信しました",
    ];

    public static ActivityVerb Read(string title, out string prompt)
    {
        foreach (var verb in PromptedColon)
        {
            if (
                title.StartsWith(verb, StringComparison.Ordinal)
                && BehindColon(title.AsSpan(verb.Length)) is var colon and >= 0
            )
            {
                prompt = title[(verb.Length + colon)..];
                return ActivityVerb.Prompt;
            }
        }

        foreach (var verb in Prompted)
        {
            if (IsWord(title, verb))
            {
                prompt = title.Length > verb.Length ? title[(verb.Length + 1)..] : "";
                return ActivityVerb.Prompt;
            }
        }

        foreach (var verb in PromptedAfter)
        {
            if (title.AsSpan().TrimEnd().EndsWith(verb, StringComparison.Ordinal))
            {
                prompt = title.AsSpan().TrimEnd()[..^verb.Length].TrimEnd().ToString();
                return ActivityVerb.Prompt;
            }
        }

        prompt = title;

        // "Created Gemini Canvas titled X" in any language: the product's name is not translated.
        var other =
            title.Contains("Gemini Canvas", StringComparison.Ordinal)
            || Array.Exists(Others, v => IsWord(title, v) || title.StartsWith(v + ":", StringComparison.Ordinal));
        return other ? ActivityVerb.Other : ActivityVerb.Unknown;
    }

    /// <summary>NBSP and its kin as spaces, full-width letters as plain ones: what NFKC makes of a product's name.</summary>
    public static string Plain(string text) =>
        string.Create(
            text.Length,
            text,
            static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++)
                {
                    to[i] = from[i] switch
                    {
                        '\u00A0' or '\u202F' or '\u2007' or '\u3000' => ' ',
                        >= '\uFF01' and <= '\uFF5E' => (char)(from[i] - 0xFEE0),
                        _ => from[i],
                    };
                }
            }
        );

    /// <summary>A row is Gemini's when its product says so: "Gemini Apps", "Gemini アプリ", before 2024 "Bard".</summary>
    public static bool IsGemini(string? product) =>
        product is not null
        && Plain(product).Trim() is var name
        && (name.Contains("Gemini", StringComparison.OrdinalIgnoreCase) || name == "Bard");

    private static bool IsWord(string title, string verb) =>
        title.StartsWith(verb, StringComparison.Ordinal)
        && (title.Length == verb.Length || char.IsWhiteSpace(title[verb.Length]));

    /// <summary>The place behind white space, a colon and one space; -1 where there is no colon.</summary>
    private static int BehindColon(ReadOnlySpan<char> rest)
    {
        var at = rest.Length - rest.TrimStart().Length;
        if (at == rest.Length || rest[at] is not (':' or '：'))
        {
            return -1;
        }

        at++;
        return at < rest.Length && char.IsWhiteSpace(rest[at]) ? at + 1 : at;
    }
}
