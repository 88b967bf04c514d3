using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley user</c>: accounts from the command line, through the API as everything else.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Email = new("email") { Description = "Address of the account." };
    private static readonly Option<bool> PasswordFromInput = new("--password-stdin")
    {
        Description = "Read the password from standard input; without it one is made up and printed.",
    };
    private static readonly Option<string> Role = new("--role")
    {
        Description = "admin, user or pending.",
        DefaultValueFactory = _ => "user",
    };
    private static readonly Option<string?> GiveTo = new("--give-to")
    {
        Description = "Hand what the account owns over to the account with this address.",
    };
    private static readonly Option<bool> RemoveContent = new("--remove-content")
    {
        Description = "Remove what the account owns, for good.",
    };
    private static readonly Option<string?> Name = new("--name") { Description = "How others see the person." };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong("admin", "user", "pending");
        return new Command("user", "Make, list and change accounts.")
        {
            Sub("add", "Make an account.", AddAsync, Email, Role, Name, PasswordFromInput),
            Sub("list", "List accounts.", ListAsync),
            Sub(
                "disable",
                "Sign an account out everywhere, and let it in no more.",
                Change("""{"disabled":true}"""),
                Email
            ),
            Sub("enable", "Let a disabled account in again.", Change("""{"disabled":false}"""), Email),
            Sub("promote", "Make an account an admin's.", Change("""{"role":"admin"}"""), Email),
            Sub(
                "reset",
                "Give an account a new password, and take its second factor away.",
                ResetAsync,
                Email,
                PasswordFromInput
            ),
            Sub(
                "remove",
                "Remove an account; one that owns conversations needs --give-to or --remove-content.",
                RemoveAsync,
                Email,
                GiveTo,
                RemoveContent
            ),
            UserImport.Create(),
        };
    }

    private static Command Sub(
        string name,
        string description,
        Func<CliContext, LocalApi, CancellationToken, Task> body,
        params Symbol[] parts
    )
    {
        var command = new Command(name, description);
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else if (part is Option option)
            {
                command.Add(option);
            }
        }

        LocalApi.Do(
            command,
            readOnly: name == "list",
            async (cli, api, ct) =>
            {
                await body(cli, api, ct);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task AddAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var (password, madeUp) = await PasswordAsync(cli, ct);
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("email", cli.Parsed.GetRequiredValue(Email));
            json.WriteString("password", password);
            json.WriteString("role", cli.Parsed.GetValue(Role));
            if (cli.Parsed.GetValue(Name) is { } name)
            {
                json.WriteString("name", name);
            }

            json.WriteEndObject();
        }

        using var user = await SendAsync(api, HttpMethod.Post, "/api/users", body.ToArray(), ct);
        await PrintAsync(cli, user.RootElement);
        await SayPasswordAsync(cli, madeUp ? password : null);
    }

    private static async Task ResetAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var id = await FindAsync(cli.Parsed.GetRequiredValue(Email), api, ct);
        var (password, madeUp) = await PasswordAsync(cli, ct);
        var body = $$"""{"password":"{{JsonEncodedText.Encode(password)}}","second_factor":false}""";
        using var user = await SendAsync(api, HttpMethod.Patch, "/api/users/" + id, Encoding.UTF8.GetBytes(body), ct);
        await PrintAsync(cli, user.RootElement);
        await SayPasswordAsync(cli, madeUp ? password : null);
    }

    private static Func<CliContext, LocalApi, CancellationToken, Task> Change(string body) =>
        async (cli, api, ct) =>
        {
            var id = await FindAsync(cli.Parsed.GetRequiredValue(Email), api, ct);
            using var user = await SendAsync(
                api,
                HttpMethod.Patch,
                "/api/users/" + id,
                Encoding.UTF8.GetBytes(body),
                ct
            );
            await PrintAsync(cli, user.RootElement);
        };

    private static async Task ListAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        await foreach (var user in UsersAsync(api, ct))
        {
            await PrintAsync(cli, user);
        }
    }

    private static async Task RemoveAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var email = cli.Parsed.GetRequiredValue(Email);
        var id = await FindAsync(email, api, ct);
        var heir = cli.Parsed.GetValue(GiveTo) is { } to ? "give_to=" + await FindAsync(to, api, ct) : null;
        var remove = cli.Parsed.GetValue(RemoveContent) ? "remove_content=true" : null;
        using var response = await api.Client.DeleteAsync(
            new Uri($"/api/users/{id}?{heir}&{remove}", UriKind.Relative),
            ct
        );
        await LocalApi.EnsureAsync(response, ct);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            await cli.Err.WriteLineAsync(
                "parley: what the account owned is not all gone yet: the server goes on with it, now or at its next start"
            );
        }

        await cli.Out.WriteLineAsync(cli.Json ? $$"""{"id":"{{id}}","removed":true}""" : $"{email.Trim()}  removed");
    }

    private static async Task<string> FindAsync(string email, LocalApi api, CancellationToken ct)
    {
        var wanted = email.Trim();
        await foreach (var user in UsersAsync(api, ct))
        {
            if (wanted.Equals(user.GetProperty("email").GetString(), StringComparison.OrdinalIgnoreCase))
            {
                return user.GetProperty("id").GetString()!;
            }
        }

        throw new CliException($"there is no account {wanted}");
    }

    private static async IAsyncEnumerable<JsonElement> UsersAsync(
        LocalApi api,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        for (string? next = ""; next is not null; )
        {
            using var page = await api.GetAsync($"/api/users?limit=200{next}", ct);
            foreach (var user in page.RootElement.GetProperty("items").EnumerateArray())
            {
                yield return user;
            }

            next = page.RootElement.GetProperty("next_cursor").GetString() is { } cursor ? "&cursor=" + cursor : null;
        }
    }

    private static async Task<JsonDocument> SendAsync(
        LocalApi api,
        HttpMethod method,
        string path,
        byte[] json,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new ByteArrayContent(json),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await api.Client.SendAsync(request, ct);
        await LocalApi.EnsureAsync(response, ct);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    private static async Task<(string Password, bool MadeUp)> PasswordAsync(CliContext cli, CancellationToken ct)
    {
        if (!cli.Parsed.GetValue(PasswordFromInput))
        {
            return (RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 20), true);
        }

        var line = await Console.In.ReadLineAsync(ct);
        return (line ?? throw new CliException("no password came on standard input", ExitCode.WrongUse), false);
    }

    private static async Task SayPasswordAsync(CliContext cli, string? password)
    {
        if (password is not null)
        {
            await cli.Out.WriteLineAsync(cli.Json ? $$"""{"password":"{{password}}"}""" : "password: " + password);
        }
    }

    private static Task PrintAsync(CliContext cli, JsonElement user)
    {
        if (cli.Json)
        {
            return cli.Out.WriteLineAsync(user.GetRawText());
        }

        var disabled = user.GetProperty("disabled").GetBoolean() ? "  disabled" : "";
        return cli.Out.WriteLineAsync(
            $"{user.GetProperty("email").GetString()}  {user.GetProperty("role").GetString()}{disabled}  {user.GetProperty("name").GetString()}"
        );
    }
}
