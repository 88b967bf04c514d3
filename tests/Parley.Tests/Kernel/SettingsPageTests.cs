using System.Text;
using Parley.Kernel;

namespace Parley.Tests.Kernel;

public sealed class SettingsPageTests
{
    [Fact, Trait("docs", "written")]
    public void The_page_of_settings_is_what_the_code_says() => Generated.Check("docs/settings.md", Page());

    private static string Page()
    {
        var page = new StringBuilder(
            $"""
            # Settings

            A setting is taken from the first place that has it: its flag, its variable, its line in the settings file, its default. The file is
            `{Settings.FileName}` in the data folder; each line is `name = value`, and `#` begins a comment. A value that cannot be used stops Parley
            with a line that names the setting, the place and the cure. `parley settings` prints every value and where it comes from.

            | Setting | Meaning | Default | Flag | Variable |
            |---|---|---|---|---|

            """
        );
        foreach (var setting in Settings.All)
        {
            var inFile = setting == Settings.Data ? " Not in the file, which lies in it." : "";
            var value = setting.Default.Length == 0 ? "empty" : $"`{setting.Default}`";
            page.Append(
                $"| `{setting.Name}` | {setting.Meaning}{inFile} | {value} | `{setting.Flag}` | `{setting.Variable}` |\n"
            );
        }

        page.Append(
            $"""

            ## Programs with tools

            Programs that offer tools over their standard input and output (MCP) stand in `{Settings.FileName}` alone: no flag, no variable and
            nothing over HTTP can name one, since whoever names it can run programs here. Each starts when its tools are first
            asked for, as the user Parley runs as, once for everybody who may use it, and ends with Parley.

            ```
            tools.stdio.files = npx -y @modelcontextprotocol/server-filesystem /srv/notes
            tools.stdio.files.users = all
            tools.stdio.files.env-file.TOKEN = /run/secrets/files-token
            ```

            | Line | Meaning |
            |---|---|

            """
        );
        foreach (var (form, meaning) in StdioServerLines.Forms)
        {
            page.Append($"| `{form}` | {meaning} |\n");
        }

        return page.Append("\nThis page is made from the code by `./dev docs`.\n").ToString();
    }
}
