using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary><c>server.json</c> in the data folder: where the server that holds the store can be reached. Gone when it stops.</summary>
/// <param name="Token">Lets commands in; only the owner of the folder can read it.</param>
internal sealed record ServerFile(string Url, int Pid, string? Token)
{
    public const string Name = "server.json";

    /// <summary>False where it cannot be written: a full disk keeps no server from serving.</summary>
    public static bool TryWrite(string dataDirectory, string url, string token)
    {
        var path = Path.Combine(dataDirectory, Name);
        var temporary = path + ".new";
        var file = new ServerFile(url, Environment.ProcessId, token);
        try
        {
            OwnFile.Write(temporary, JsonSerializer.SerializeToUtf8Bytes(file, CliJson.Default.ServerFile));
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (IOException)
        {
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>Null where none is written or it cannot be read.</summary>
    public static ServerFile? Find(string dataDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(dataDirectory, Name)),
                CliJson.Default.ServerFile
            );
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public static void Delete(string dataDirectory) => File.Delete(Path.Combine(dataDirectory, Name));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class CliJson : JsonSerializerContext;
