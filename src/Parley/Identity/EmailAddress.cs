using System.Globalization;
using System.Text;

namespace Parley.Identity;

/// <summary>An e-mail address in its one form (S6): trimmed, normalised, lower-cased, its domain in ASCII.</summary>
internal static class EmailAddress
{
    private const int Longest = 254;
    private const int LongestLocalPart = 64;

    /// <summary>The one form of an address; empty for what is none.</summary>
    public static string FormOf(string? text) => TryParse(text, out var email, out _) ? email : "";

    /// <param name="text">As it was typed.</param>
    /// <param name="email">In its one form.</param>
    /// <param name="wrong">What is wrong with it, to be said after the field's name.</param>
    public static bool TryParse(string? text, out string email, out string wrong)
    {
        email = "";
        wrong = "must be an address like ada@example.org";
        if (text is null || text.Length > 4 * Longest)
        {
            return false;
        }

        var form = CompatibleForm.Of(text.Trim()).ToLowerInvariant();
        foreach (var rune in form.EnumerateRunes())
        {
            // Format: zero-width and bidirectional characters, by which one address looks like another.
            if (
                rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.SpaceSeparator
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.OtherNotAssigned
                        or UnicodeCategory.PrivateUse
            )
            {
                wrong = "must not contain spaces, control or invisible characters";
                return false;
            }
        }

        var at = form.LastIndexOf('@');
        if (at is <= 0 or > LongestLocalPart || form.IndexOf('@', StringComparison.Ordinal) != at)
        {
            return false;
        }

        if (AsciiDomain(form[(at + 1)..]) is not { } domain)
        {
            return false;
        }

        email = $"{form[..at]}@{domain}";
        return email.Length <= Longest;
    }

    private static string? AsciiDomain(string domain)
    {
        try
        {
            var ascii = domain.Length == 0 ? "" : new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain);
            return ascii.Length == 0 || ascii.EndsWith('.') ? null : ascii.ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null; // the framework's way of saying that it is no domain
        }
    }
}
