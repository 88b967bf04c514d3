using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley documents</c>: files and folders put beside conversations, through the API as everything else.</summary>
internal static class DocumentsCommand
{
    private const int FilesOfRequest = 100;
    private const long BytesOfRequest = 32 << 20;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private static readonly Argument<string[]> Files = new("files")
    {
        Description = "Files, and folders with all that is in them; what begins with a dot is left out.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Argument<string> Id = new("id") { Description = "Of the document; list shows it." };
    private static readonly Option<string?> Space = new("--space")
    {
        Description = "Name or id of the space; \"default\" where not given.",
    };

    public static Command Create()
    {
        var add = new Command("add", "Put files and folders into a space; what is there already and unchanged stays.")
        {
            Files,
            Space,
        };
        var list = new Command("list", "List documents.") { Space };
        var remove = new Command("remove", "Delete a document.") { Id };
        LocalApi.Do(add, readOnly: false, AddAsync);
        LocalApi.Do(list, readOnly: true, ListAsync);
        LocalApi.Do(remove, readOnly: false, RemoveAsync);
        return new Command("documents", "Put documents beside conversations, list and delete them.")
        {
            add,
            list,
            remove,
        };
    }

    private static async Task<int> AddAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var files = Found(cli.Parsed.GetRequiredValue(Files));
        var space = await SpaceAsync(api, cli.Parsed.GetValue(Space), ct);
        var waiting = new List<string>();
        for (var sent = 0; sent < files.Count; )
        {
            var some = Some(files, sent);
            waiting.AddRange(await SendAsync(api, space, some, ct));
            sent += some.Count;
            if (cli.Progress)
            {
                await cli.Err.WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"\r{sent} of {files.Count} files sent ")
                );
            }
        }

        return await FollowAsync(cli, api, waiting, ct);
    }

    /// <summary>Until all are read: a command that has a server of its own takes it along at its end.</summary>
    private static async Task<int> FollowAsync(CliContext cli, LocalApi api, List<string> ids, CancellationToken ct)
    {
        var waiting = ids.ToHashSet(StringComparer.Ordinal);
        var all = waiting.Count;
        var failed = 0;
        for (var looks = 0; waiting.Count > 0; looks++)
        {
            if (looks > 0)
            {
                await Task.Delay(LookAgain, TimeProvider.System, ct);
            }

            // The last one is among the last to be read: before that nobody need look at the others.
            if (all == waiting.Count && !await HasEndedAsync(api, ids[^1], ct) && looks % 10 != 9)
            {
                continue;
            }

            failed += await SettleAsync(cli, api, waiting, ct);
            if (cli.Progress)
            {
                await cli.Err.WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"\r{all - waiting.Count} of {all} documents read ")
                );
            }
        }

        if (cli.Progress)
        {
            await cli.Err.WriteLineAsync();
        }

        if (!cli.Json)
        {
            await cli.Out.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{all - failed} documents ready, {failed} failed")
            );
        }

        return failed == 0 ? ExitCode.Done
            : failed == all ? ExitCode.Failed
            : ExitCode.SomeFailed;
    }

    private static async Task<bool> HasEndedAsync(LocalApi api, string id, CancellationToken ct)
    {
        using var document = await api.GetAsync("/api/documents/" + id, ct);
        return document.RootElement.GetProperty("status").GetString() is "ready" or "failed";
    }

    /// <summary>Takes those out that have ended, and says which failed; gives how many that were.</summary>
    private static async Task<int> SettleAsync(
        CliContext cli,
        LocalApi api,
        HashSet<string> waiting,
        CancellationToken ct
    )
    {
        var failed = 0;
        for (string? cursor = ""; cursor is not null && waiting.Count > 0; )
        {
            var from = cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "";
            using var page = await api.GetAsync("/api/documents?limit=200" + from, ct);
            foreach (var document in page.RootElement.GetProperty("items").EnumerateArray())
            {
                var status = document.GetProperty("status").GetString();
                if (status is not ("ready" or "failed") || !waiting.Remove(document.GetProperty("id").GetString()!))
                {
                    continue;
                }

                failed += status == "failed" ? 1 : 0;
                if (cli.Json)
                {
                    await cli.Out.WriteLineAsync(document.GetRawText());
                }
                else if (status == "failed")
                {
                    await cli.Err.WriteLineAsync(
                        $"parley: {document.GetProperty("name").GetString()}: {document.GetProperty("reason").GetString()}"
                    );
                }
            }

            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }

        return failed;
    }

    private static async Task<int> ListAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var space = cli.Parsed.GetValue(Space) is { } named ? "&space=" + Uri.EscapeDataString(named) : "";
        for (string? cursor = ""; cursor is not null; )
        {
            var from = cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "";
            using var page = await api.GetAsync("/api/documents?limit=200" + space + from, ct);
            foreach (var document in page.RootElement.GetProperty("items").EnumerateArray())
            {
                await cli.Out.WriteLineAsync(
                    cli.Json
                        ? document.GetRawText()
                        : $"{document.GetProperty("id").GetString()}  {document.GetProperty("status").GetString(), -7}  {document.GetProperty("chunks").GetInt32(), 6} pieces  {document.GetProperty("name").GetString()}"
                );
            }

            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }

        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var id = cli.Parsed.GetRequiredValue(Id);
        using var answer = await api.Client.DeleteAsync(
            new Uri("/api/documents/" + Uri.EscapeDataString(id), UriKind.Relative),
            ct
        );
        await LocalApi.EnsureAsync(answer, ct);
        return ExitCode.Done;
    }

    private static async Task<string> SpaceAsync(LocalApi api, string? named, CancellationToken ct)
    {
        for (string? cursor = ""; cursor is not null; )
        {
            var from = cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "";
            using var page = await api.GetAsync("/api/spaces?limit=200" + from, ct);
            foreach (var space in page.RootElement.GetProperty("items").EnumerateArray())
            {
                var id = space.GetProperty("id").GetString()!;
                var name = space.GetProperty("name").GetString();
                if (id == named || string.Equals(name, named ?? "default", StringComparison.OrdinalIgnoreCase))
                {
                    return id;
                }
            }

            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }

        throw new CliException($"there is no space \"{named}\"", ExitCode.WrongUse);
    }

    /// <summary>Every file, with the name it is to have: below a folder its path from there, the folder's name first.</summary>
    private static List<(string Path, string Name)> Found(string[] given)
    {
        var found = new List<(string, string)>();
        foreach (var one in given)
        {
            if (File.Exists(one))
            {
                found.Add((one, Path.GetFileName(one)));
            }
            else if (Directory.Exists(one))
            {
                var root = Path.GetFullPath(Path.TrimEndingDirectorySeparator(one));
                foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
                {
                    var below = Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
                    var isHidden = below.StartsWith('.') || below.Contains("/.", StringComparison.Ordinal);
                    if (!isHidden && new FileInfo(path).Length > 0)
                    {
                        found.Add((path, $"{Path.GetFileName(root)}/{below}"));
                    }
                }
            }
            else
            {
                throw new CliException($"there is no file or folder {one}", ExitCode.WrongUse);
            }
        }

        return found;
    }

    private static List<(string Path, string Name)> Some(List<(string Path, string Name)> files, int from)
    {
        var some = new List<(string, string)>();
        for (
            long bytes = 0;
            from < files.Count && some.Count < FilesOfRequest && (some.Count == 0 || bytes < BytesOfRequest);
            from++
        )
        {
            some.Add(files[from]);
            bytes += new FileInfo(files[from].Path).Length;
        }

        return some;
    }

    private static async Task<List<string>> SendAsync(
        LocalApi api,
        string space,
        List<(string Path, string Name)> files,
        CancellationToken ct
    )
    {
        using var form = new MultipartFormDataContent();
        foreach (var (path, name) in files)
        {
            var part = new StreamContent(File.OpenRead(path));
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
            {
                Name = "file",
                FileName = "file",
                FileNameStar = name,
            };
            form.Add(part);
        }

        using var answer = await api.Client.PostAsync(
            new Uri($"/api/spaces/{space}/documents", UriKind.Relative),
            form,
            ct
        );
        await LocalApi.EnsureAsync(answer, ct);
        using var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));
        return
        [
            .. page.RootElement.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("id").GetString()!),
        ];
    }
}
