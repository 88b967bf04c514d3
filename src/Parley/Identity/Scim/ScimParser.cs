using System.Globalization;
using System.Text.Json;

namespace Parley.Identity.Scim;

/// <summary>Where a PATCH goes (RFC 7644, 3.5.2): an attribute, some of its values, a part of these.</summary>
/// <param name="Which">Which of the values; null: all.</param>
internal sealed record PatchPath(AttributePath Path, ScimFilter? Which);

/// <summary>
/// Filters and paths by their grammar: <c>or</c> binds least, then <c>and</c>, then <c>not</c>. Depth and length are bounded.
/// </summary>
internal sealed class ScimParser
{
    private const int Longest = 4000;
    private const int Deepest = 30;
    private static readonly string[] Operators = ["eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le"];

    private readonly string text;
    private readonly string scimType;
    private int at;
    private int depth;

    private ScimParser(string text, string scimType)
    {
        this.text = text.Length <= Longest ? text : throw ScimException.Bad(scimType, "it is too long");
        this.scimType = scimType;
    }

    /// <exception cref="ScimException">It is none.</exception>
    public static ScimFilter Filter(string text)
    {
        var parser = new ScimParser(text, "invalidFilter");
        var filter = parser.Or(inner: false);
        parser.End();
        return filter;
    }

    /// <inheritdoc cref="Filter"/>
    public static PatchPath Path(string text)
    {
        var parser = new ScimParser(text, "invalidPath");
        var path = AttributePath.Parse(parser.Attribute());
        ScimFilter? which = null;
        if (parser.Take('['))
        {
            which = parser.Or(inner: true);
            parser.Expect(']');
            if (parser.Take('.'))
            {
                path = path with { Sub = parser.Attribute() };
            }
        }

        parser.End();
        return new PatchPath(path, which);
    }

    private ScimFilter Or(bool inner)
    {
        if (++depth > Deepest)
        {
            throw Wrong("it is nested too deeply");
        }

        var left = And(inner);
        while (Word("or"))
        {
            left = new ScimFilter.Or(left, And(inner));
        }

        depth--;
        return left;
    }

    private ScimFilter And(bool inner)
    {
        var left = One(inner);
        while (Word("and"))
        {
            left = new ScimFilter.And(left, One(inner));
        }

        return left;
    }

    private ScimFilter One(bool inner)
    {
        var start = at;
        if (Word("not") && Take('('))
        {
            var negated = Or(inner);
            Expect(')');
            return new ScimFilter.Not(negated);
        }

        at = start;
        if (Take('('))
        {
            var group = Or(inner);
            Expect(')');
            return group;
        }

        var path = AttributePath.Parse(Attribute());
        if (!inner && at < text.Length && text[at] == '[')
        {
            at++;
            var which = Or(inner: true);
            Expect(']');
            return new ScimFilter.Values(path, which);
        }

        if (Word("pr"))
        {
            return new ScimFilter.Present(path);
        }

        foreach (var by in Operators)
        {
            if (Word(by))
            {
                return Comparison(path, by);
            }
        }

        throw Wrong("an operator is missing");
    }

    private ScimFilter.Compare Comparison(AttributePath path, string by)
    {
        var value = Value();
        return value is bool or null && by is not ("eq" or "ne")
            ? throw Wrong($"{by} does not compare truths")
            : new ScimFilter.Compare(path, by, value);
    }

    private object? Value()
    {
        Space();
        var start = at;
        if (at < text.Length && text[at] == '"')
        {
            for (at++; at < text.Length && text[at] != '"'; at++)
            {
                at += text[at] == '\\' ? 1 : 0;
            }

            at++;
            try
            {
                return JsonDocument.Parse(text[start..Math.Min(at, text.Length)]).RootElement.GetString();
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
            {
                throw Wrong("a text is not as JSON writes one");
            }
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '+' or '.'))
        {
            at++;
        }

        var word = text[start..at];
        return word.ToLowerInvariant() switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong("a value is missing"),
        };
    }

    /// <summary><c>ATTRNAME</c> with its schema before and its part behind: ends at what cannot be of it.</summary>
    private string Attribute()
    {
        Space();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '$' or ':' or '.'))
        {
            at++;
        }

        return at > start && (char.IsAsciiLetter(text[start]) || text[start] == '$')
            ? text[start..at]
            : throw Wrong("the name of an attribute is missing");
    }

    /// <summary>A word of the grammar, in any case, with an end to it.</summary>
    private bool Word(string word)
    {
        Space();
        var end = at + word.Length;
        if (
            end > text.Length
            || !text.AsSpan(at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
            || (end < text.Length && text[end] is not (' ' or '(' or ')' or ']' or '"'))
        )
        {
            return false;
        }

        at = end;
        return true;
    }

    private bool Take(char sign)
    {
        Space();
        if (at >= text.Length || text[at] != sign)
        {
            return false;
        }

        at++;
        return true;
    }

    private void Expect(char sign)
    {
        if (!Take(sign))
        {
            throw Wrong($"\"{sign}\" is missing");
        }
    }

    private void End()
    {
        Space();
        if (at < text.Length)
        {
            throw Wrong("it goes on where it should end");
        }
    }

    private void Space()
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }

    private ScimException Wrong(string what) => ScimException.Bad(scimType, $"at character {at + 1}: {what}");
}
