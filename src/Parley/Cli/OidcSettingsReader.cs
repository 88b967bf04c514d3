using Parley.Identity;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>The sign-in provider as the settings have it.</summary>
internal static class OidcSettingsReader
{
    /// <exception cref="SettingException">Something is missing beside the issuer.</exception>
    public static OidcOptions Read(Settings settings)
    {
        string? Optional(Setting setting) => settings.Get(setting) is { Length: > 0 } value ? value : null;

        if (Optional(OidcSettings.Issuer) is not { } issuer)
        {
            return new OidcOptions();
        }

        return new OidcOptions
        {
            Issuer = issuer,
            ClientId =
                Optional(OidcSettings.ClientId)
                ?? throw new SettingException(
                    $"{OidcSettings.ClientId.Name} is missing: {OidcSettings.Issuer.Name} needs it"
                ),
            ClientSecret = Optional(OidcSettings.ClientSecret),
            Scopes = settings.Get(OidcSettings.Scopes),
            Name = settings.Get(OidcSettings.Name),
            SignUpRole = UserRoles.Find(settings.Get(OidcSettings.SignUp)),
            LinkByEmail = settings.Get(OidcSettings.LinkByEmail) == "true",
            AsksSecondFactor = settings.Get(OidcSettings.SecondFactor) == "ask",
            Domains = Settings.Parts(settings.Get(OidcSettings.Domains)),
            EmailClaim = settings.Get(OidcSettings.EmailClaim),
            VerifiedClaim = settings.Get(OidcSettings.VerifiedClaim),
            NameClaim = settings.Get(OidcSettings.NameClaim),
            RolesClaim = Optional(OidcSettings.RolesClaim),
            AdminRoles = Settings.Parts(settings.Get(OidcSettings.AdminRoles)),
            UserRoles = Settings.Parts(settings.Get(OidcSettings.UserRoles)),
            GroupsClaim = Optional(OidcSettings.GroupsClaim),
        };
    }
}
