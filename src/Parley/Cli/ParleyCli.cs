using System.CommandLine;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>The command line. Wrong use is one line on standard error and exit code 2.</summary>
internal static class ParleyCli
{
    private static readonly TimeSpan SlowestStop = TimeSpan.FromSeconds(40);

    public static async Task<int> RunAsync(string[] args)
    {
        using var cancel = new CancellationTokenSource();
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync("parley: " + parsed.Errors[0].Message + " (see parley --help)");
            return ExitCode.WrongUse;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,

                // The library would end the process with 143 two seconds after a signal; a server drains for longer (R12).
                ProcessTerminationTimeout = SlowestStop,
            },
            cancel.Token
        );
    }

    /// <summary>Runs a command's body with its context; expected failures become one line and their exit code.</summary>
    public static void Do(this Command command, Func<CliContext, CancellationToken, Task<int>> body) =>
        command.SetAction(
            async (parsed, ct) =>
            {
                try
                {
                    return await body(new CliContext(parsed, Console.Out, Console.Error), ct);
                }
                catch (CliException e)
                {
                    return await FailAsync(e.Message, e.ExitCode);
                }
                catch (SettingException e)
                {
                    return await FailAsync(e.Message, ExitCode.WrongUse);
                }
                catch (Exception e)
                    when (e is StoreException or IOException or UnauthorizedAccessException or HttpRequestException)
                {
                    return await FailAsync(e.Message, ExitCode.Failed);
                }
                catch (OperationCanceledException)
                {
                    return await FailAsync("stopped", ExitCode.Failed);
                }
            }
        );

    private static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync("parley: " + message.ReplaceLineEndings(" "));
        return code;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Parley holds every conversation you have with AI: import, find, read, export.")
        {
            ServeCommand.Create(),
            ImportCommand.Create(),
            SearchCommand.Create(),
            RetrieveCommand.Create(),
            AskCommand.Create(),
            ShowCommand.Create(),
            ExportCommand.Create(),
            StatsCommand.Create(),
            GetCommand.Create(),
            DocumentsCommand.Create(),
            McpCommand.Create(),
            DoctorCommand.Create(),
            UserCommand.Create(),
            ModelsCommand.Create(),
            SettingsCommand.Create(),
            VersionCommand.Create(),
            CompletionCommand.Create(),
        };
        CliSettings.AddTo(root);
        return root;
    }
}
