using Parley.Identity;

namespace Parley.Tests.Identity;

/// <summary>S1 and S6: which passwords and addresses are taken.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("twelve chars")]
    [InlineData("пароль из слов")]
    [InlineData("🍵🍵🍵🍵 🍵🍵🍵🍵 🍵🍵")]
    [InlineData("no digits no capitals")]
    public void S1_long_passwords_of_any_characters_are_taken(string password) =>
        Assert.Null(PasswordRules.Refuse(password, "ada@example.org"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eleven char")]
    [InlineData("🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("Counterstrike")]
    [InlineData("parleyparley")]
    [InlineData("Parley123456")]
    [InlineData("lovelace@example.org")]
    [InlineData("LovelaceLovelace")]
    public void S1_short_common_and_obvious_passwords_are_refused(string? password) =>
        Assert.NotNull(PasswordRules.Refuse(password, "lovelace@example.org"));

    [Fact]
    public void S1_a_password_of_256_characters_is_whole_and_one_more_is_too_long()
    {
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => $"{(char)('a' + (i % 26))}🍵"));
        Assert.Null(PasswordRules.Refuse(longest, "ada@example.org"));
        Assert.NotNull(PasswordRules.Refuse(longest + "x", "ada@example.org"));
    }

    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("  Ada@Example.ORG ", "ada@example.org")]
    [InlineData("ａｄａ@example.org", "ada@example.org")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("admin@localhost", "admin@localhost")]
    [InlineData("ada+parley@example.org", "ada+parley@example.org")]
    public void S6_an_address_has_one_form(string typed, string form)
    {
        Assert.True(EmailAddress.TryParse(typed, out var email, out _));
        Assert.Equal(form, email);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("a@b@example.org")]
    [InlineData("ada@exam ple.org")]
    [InlineData("a\u200Bda@example.org")]
    [InlineData("ada\u202E@example.org")]
    [InlineData("ada\u0000@example.org")]
    [InlineData("ada\r\n@example.org")]
    [InlineData("ada@-example.org")]
    [InlineData("ada@example..org")]
    [InlineData("ada@example.org.")]
    [InlineData("ada@exam_ple.org")]
    public void S6_what_is_no_address_is_refused(string? typed) =>
        Assert.False(EmailAddress.TryParse(typed, out _, out _));

    [Fact]
    public void S6_an_address_is_bounded()
    {
        Assert.False(EmailAddress.TryParse(new string('a', 65) + "@example.org", out _, out _));
        Assert.False(
            EmailAddress.TryParse("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)), out _, out _)
        );
        Assert.False(EmailAddress.TryParse(new string('a', 1_000_000), out _, out _));
    }

    [Theory]
    [InlineData("all", AccessLevel.User, "search", false, true)]
    [InlineData("all", AccessLevel.Admin, "users", false, false)]
    [InlineData("read", AccessLevel.User, "search", true, true)]
    [InlineData("read", AccessLevel.User, "search", false, false)]
    [InlineData("read", AccessLevel.Admin, "users", true, false)]
    [InlineData("users", AccessLevel.Admin, "users", false, true)]
    [InlineData("users:read", AccessLevel.Admin, "users", true, true)]
    [InlineData("users:read", AccessLevel.Admin, "users", false, false)]
    [InlineData("import search", AccessLevel.User, "search", false, true)]
    [InlineData("import", AccessLevel.User, "search", true, false)]
    [InlineData("searches:read", AccessLevel.User, "search", true, false)]
    [InlineData("", AccessLevel.User, "search", true, false)]
    internal void S14_a_key_opens_what_it_was_made_for(
        string scopes,
        AccessLevel level,
        string scope,
        bool reads,
        bool allowed
    ) => Assert.Equal(allowed, KeyScopes.Of(scopes).Allow(new AccessPolicy(level, scope), reads));
}
