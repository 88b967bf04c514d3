using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Ops;

/// <summary>
/// Where the link leads that a server prints while it has no account: address and password of the first one. There
/// while that is so, and gone afterwards.
/// </summary>
internal static class SetupPage
{
    private static readonly Lazy<StaticFile> Page = new(Make);
    private static readonly Lazy<StaticFile> Script = new(() =>
        StaticFile.Embedded("setup.js", "text/javascript; charset=utf-8")
    );

    public static void MapSetupPage(this IEndpointRouteBuilder routes)
    {
        routes
            .MapSetup("/setup", Page)
            .Describe("getSetup", "The page that makes the first account; gone once there is one")
            .ReturnsFile("text/html");
        routes
            .MapSetup("/setup.js", Script)
            .Describe("getSetupScript", "Script of the setup page; gone with it")
            .ReturnsFile("text/javascript");
    }

    private static RouteHandlerBuilder MapSetup(
        this IEndpointRouteBuilder routes,
        string path,
        Lazy<StaticFile> file
    ) =>
        routes
            .MapGet(
                path,
                async (Accounts accounts, IdentityOptions options, CancellationToken ct) =>
                    options.SingleUser || await accounts.HasAdminAsync(ct)
                        ? (IResult)ProblemResult.NotFound("page")
                        : file.Value
            )
            .WithTags("system")
            .ForAnyone()
            .ReturnsETag(known: true);

    private static StaticFile Make() =>
        new HtmlPage("Make the first account")
            .Element("p", "This server has no account yet. The first one is the admin's; it makes the others.")
            .Markup(
                """
                <form id="setup" class="stacked" novalidate>
                <p id="problem" role="alert" tabindex="-1"></p>
                <noscript><p role="alert">This page needs script. Without it: <code>parley user add you@example.org --role admin</code></p></noscript>
                <p><label for="email">E-mail address</label>
                <input id="email" name="email" type="email" autocomplete="username" required aria-describedby="email-wrong">
                <small id="email-wrong" class="wrong"></small></p>
                <p><label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="256" aria-describedby="password-hint password-wrong">
                <small id="password-hint">12 characters or more; a few words do well.</small>
                <small id="password-wrong" class="wrong"></small>
                <label class="inline"><input id="show" type="checkbox"> Show the password</label></p>
                <p><label for="name">Your name (optional)</label>
                <input id="name" name="name" autocomplete="name" maxlength="100" aria-describedby="name-wrong">
                <small id="name-wrong" class="wrong"></small></p>
                <p id="code"><label for="setup_code">Setup code</label>
                <input id="setup_code" name="setup_code" autocomplete="off" required aria-describedby="code-hint setup_code-wrong">
                <small id="code-hint">The server printed it at its start, in its link.</small>
                <small id="setup_code-wrong" class="wrong"></small></p>
                <p><button>Make the account</button></p>
                </form>
                <section id="done" hidden tabindex="-1" aria-labelledby="done-title">
                <h2 id="done-title">Done</h2>
                <p>The account is made and signed in. This page has done its work and is gone now.</p>
                <p><a href="/">Go on</a></p>
                </section>
                """
            )
            .ToFile("/setup.js");
}
