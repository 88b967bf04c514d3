namespace Parley.Identity;

/// <summary>Which passwords are taken (S1): long ones, of any characters, that nobody guesses first.</summary>
internal static class PasswordRules
{
    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>What must be left of one once the name of the house and its owner's address are taken out.</summary>
    private const int Core = 8;

    /// <summary>Those of the 10,000 commonest that are long enough to be asked about (zxcvbn 4.4.2's list, by frequency).</summary>
    private static readonly HashSet<string> Common = new(
        """
        123qweasdzxc 1qaz2wsx3edc q1w2e3r4t5y6 1q2w3e4r5t6y mailcreated5240 qazwsxedcrfv 123456qwerty qwerty123456
        polniypizdec0211 sojdlg123aljg leavemealone 123456654321 gfhjkmgfhjkm qazwsxedc123 ghjcnjgfhjkm sonyericsson
        zxcasdqwe123 ghhh47hj7649 123456789qwe 1qazxsw23edc masterbating qwerasdfzxcv qweasdzxc123 flvbybcnhfnjh
        123456789987654321 112233445566 finalfantasy ghbdtnrfrltkf websolutions chickenwing101 1qaz2wsx3edc4rfv
        justinbieber contortionist masturbation pornographic newproject2004 needforspeed businessbabe 123456789123
        masterbaiting maurolarastefy domainlock2005 momsanaladventure dkflbvbhjdbx hd764nw5d7e1vb1 qazwsxedcrfvtgb
        dkflbvbhjdyf counterstrike zaq1xsw2cde3 vfvfvskfhfve ghjcnjghjcnj fkmnthyfnbdf 123456789abc admin18533362
        23176djivanfros 123456789qwerty
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>What is wrong with a password, to be said after the field's name; null where nothing is.</summary>
    public static string? Refuse(string? password, string email)
    {
        var form = CompatibleForm.Of(password ?? "");
        var length = form.EnumerateRunes().Count();
        if (length is < Shortest or > Longest)
        {
            return $"must have {Shortest} to {Longest} characters";
        }

        if (form.AsSpan().Trim(form[0]).IsEmpty)
        {
            return "must not be one character over and over";
        }

        if (Common.Contains(form))
        {
            return "is one of the commonest: choose another";
        }

        var local = email[..Math.Max(email.IndexOf('@', StringComparison.Ordinal), 0)];
        var core = form;
        foreach (var known in (ReadOnlySpan<string>)[email, local, "parley"])
        {
            core = known.Length < 3 ? core : core.Replace(known, "", StringComparison.OrdinalIgnoreCase);
        }

        return core.Length < Math.Min(Core, form.Length) ? "must be more than your address or the word parley" : null;
    }
}
