using Parley.Kernel;

namespace Parley.Identity.Oidc;

internal static class OidcServices
{
    public static void AddOidc(this IServiceCollection services)
    {
        services.AddSingleton<OidcHttp>();
        services.AddSingleton<OidcProvider>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<ProviderGroups>();
        services.AddSingleton<ProviderAccounts>();
        services.AddSingleton<ProviderCodes>();
        services.AddSingleton<SignInTickets>();
        services.AddSingleton<OidcSignIns>();
        services.AddLog<OidcSignIns>();
    }
}
