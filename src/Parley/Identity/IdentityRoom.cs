using Parley.Identity.Oidc;
using Parley.Identity.OpenWebUi;
using Parley.Identity.Passkeys;
using Parley.Identity.Scim;
using Parley.Kernel;

namespace Parley.Identity;

/// <summary>Who is calling, and what they may do.</summary>
internal static class IdentityRoom
{
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options)
    {
        services.AddSingleton(new StorePart(1, "Identity"));
        services.AddSingleton(options);
        services.AddSingleton(s => new Lazy<SigningKey>(() =>
            SigningKey.Open(s.GetRequiredService<DataFolder>(), options)
        ));
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<LocalAccess>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<CallerCache>();
        services.AddSingleton<CallerSource>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditReads>();
        services.AddHostedService<AuditKeeper>();
        services.AddLog<AuditKeeper>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SignInDelays>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<OwnAccount>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<UserAdmin>();
        services.AddSingleton<UserRemoval>();
        services.AddSingleton<IJobHandler, UserRemovalHandler>();
        services.AddSingleton<Groups>();
        services.AddSingleton<GroupAdmin>();
        services.AddSingleton<Grants>();
        services.AddSingleton<Quotas>();
        services.AddSingleton<QuotaAdmin>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<OpenStreams>();
        services.AddLog<OpenStreams>();
        services.AddHostedService(s => s.GetRequiredService<OpenStreams>());
        services.AddOidc();
        services.AddOpenWebUi();
        services.AddPasskeys();
        services.AddScim();
        return services;
    }

    /// <summary>Call before anything is served.</summary>
    /// <exception cref="StorePlaceException">The key of access tokens cannot be used.</exception>
    public static void RequireIdentity(this IServiceProvider services)
    {
        if (!services.GetRequiredService<IdentityOptions>().SingleUser)
        {
            _ = services.GetRequiredService<Lazy<SigningKey>>().Value;
        }
    }

    /// <summary>Call after routing and before any handler.</summary>
    public static void UseIdentity(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        routes.MapAuthRoutes();
        routes.MapSecondFactorRoutes();
        routes.MapPasskeyRoutes();
        routes.MapUserRoutes();
        routes.MapGroupRoutes();
        routes.MapQuotaRoutes();
        routes.MapAuditRoutes();
        routes.MapOidcRoutes();
        routes.MapScimRoutes();
        routes.MapOpenWebUiRoutes();
    }
}
