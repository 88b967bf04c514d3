using Parley.Kernel;

namespace Parley.Tests.Kernel;

/// <summary>The lines of the settings file that name programs with tools.</summary>
public sealed class StdioServerLinesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private IReadOnlyList<StdioServer> Read(string file)
    {
        File.WriteAllText(folder.File(Settings.FileName), file);
        return Settings.Load(new Dictionary<string, string> { ["data"] = folder.Path }, _ => null).StdioServers;
    }

    [Fact]
    public void A_program_has_its_words_its_environment_its_folder_and_its_users()
    {
        var servers = Read(
            """
            # files of the team
            tools.stdio.files.users = all
            tools.stdio.files = npx -y  "@scope/server files" --root='/srv/my notes' ""
            tools.stdio.files.folder = /srv
            tools.stdio.files.env.LEVEL = very = high
            tools.stdio.files.env-file.TOKEN = /run/secrets/token
            tools.stdio.files.trust-hints = true
            listen = 127.0.0.1:7000
            tools.stdio.b2 = /usr/bin/b2
            """
        );
        Assert.Equal(["b2", "files"], servers.Select(s => s.Name));
        var files = servers[1];
        Assert.Equal("npx", files.Program);
        Assert.Equal(["-y", "@scope/server files", "--root=/srv/my notes", ""], files.Arguments);
        Assert.Equal("/srv", files.Folder);
        Assert.Equal("very = high", files.Environment["LEVEL"]);
        Assert.Equal("/run/secrets/token", files.EnvironmentFiles["TOKEN"]);
        Assert.True(files is { ForAll: true, TrustsHints: true });
        Assert.True(servers[0] is { ForAll: false, TrustsHints: false, Folder: null });
    }

    [Theory]
    [InlineData("tools.stdio.Files = x", "\"Files\" must be 1 to 24 small letters and digits")]
    [InlineData("tools.stdio. = x", "\"\" must be 1 to 24 small letters and digits")]
    [InlineData("tools.stdio.a =", "names no program")]
    [InlineData("tools.stdio.a = x \"y", "a quote (\") is not closed")]
    [InlineData("tools.stdio.a.users = some", "must be admins or all")]
    [InlineData("tools.stdio.a.trust-hints = yes", "must be false or true")]
    [InlineData("tools.stdio.a.folder = notes", "\"notes\" must be a whole path")]
    [InlineData("tools.stdio.a.env-file.KEY = key", "\"key\" must be a whole path")]
    [InlineData("tools.stdio.a.env.A-B = x", "\"A-B\" is no name of a variable")]
    [InlineData("tools.stdio.a.shell = x", "there is no such setting")]
    public void A_line_that_cannot_be_used_says_where_and_why(string line, string why)
    {
        var fault = Assert.Throws<SettingException>(() => Read("# a comment\n" + line)).Message;
        Assert.StartsWith(
            "parley.conf line 2: " + line[..line.IndexOf(" =", StringComparison.Ordinal)],
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_program_it_is_nothing() =>
        Assert.Equal(
            "parley.conf line 1: tools.stdio.a is missing: the program and its arguments",
            Assert.Throws<SettingException>(() => Read("tools.stdio.a.users = all")).Message
        );

    [Fact]
    public void Neither_flag_nor_variable_names_one()
    {
        var settings = Settings.Load(
            new Dictionary<string, string> { ["data"] = folder.Path, ["tools.stdio.a"] = "sh" },
            name => name.Contains("STDIO", StringComparison.Ordinal) ? "sh" : null
        );
        Assert.Empty(settings.StdioServers);
    }
}
