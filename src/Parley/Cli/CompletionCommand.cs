using System.CommandLine;

namespace Parley.Cli;

/// <summary><c>parley completion SHELL</c>: a script that asks the executable itself (<c>[suggest]</c>).</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _parley() {
          local IFS=$'\n'
          COMPREPLY=($(parley "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null))
          [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o filenames -F _parley parley
        """;

    private const string Zsh = """
        #compdef parley
        _parley() {
          local -a found
          found=("${(@f)$(parley "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -- $found || _files
        }
        compdef _parley parley
        """;

    private const string Fish = """
        complete -c parley -a '(set -l line (commandline -cp); parley "[suggest:"(string length -- $line)"]" $line 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script: source <(parley completion bash)")
        {
            shell,
        };
        command.Do(
            async (cli, _) =>
            {
                await cli.Out.WriteLineAsync(
                    cli.Parsed.GetValue(shell) switch
                    {
                        "zsh" => Zsh,
                        "fish" => Fish,
                        _ => Bash,
                    }
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
