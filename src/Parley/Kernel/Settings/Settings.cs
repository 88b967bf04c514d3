using System.Globalization;
using System.Net;

namespace Parley.Kernel;

/// <summary>
/// Every setting: flag before variable before settings file before default. Checked whole at start; a wrong value
/// stops it with a line that names the setting, the place and the cure.
/// </summary>
internal sealed class Settings
{
    public const string FileName = "parley.conf";
    public const string DefaultListen = "127.0.0.1:7447";

    public static readonly Setting Data = new(
        "data",
        "",
        "Folder that holds everything; empty: the platform's user data folder."
    );
    public static readonly Setting Listen = new(
        "listen",
        DefaultListen,
        "Address and port to serve on; port 0 takes a free one. With single-user only loopback addresses.",
        Address
    );
    public static readonly Setting SingleUser = new(
        "single-user",
        "false",
        "No accounts: whoever reaches the server is its owner, without a password. Loopback addresses only. true or false.",
        v => v is "true" or "false" ? null : "true or false"
    );
    public static readonly Setting SignUp = new(
        "sign-up",
        "closed",
        "Who may make an account of their own once there is an admin: closed, nobody; pending, anybody, and an admin lets them in; user, anybody.",
        v => v is "closed" or "pending" or "user" ? null : "one of closed, pending, user"
    );
    public static readonly Setting SetupCode = new(
        "setup-code",
        "",
        "What the first sign-up has to know; empty: a code is made up and printed at the start.",
        v => v.Length is 0 or >= 8 ? null : "eight characters or more"
    )
    {
        IsSecret = true,
    };
    public static readonly Setting SigningKey = new(
        "signing-key",
        "",
        "Key of access tokens, base64url of 32 random bytes or more; empty: one is made and kept in signing.key in the data folder."
    )
    {
        IsSecret = true,
    };
    public static readonly Setting OpenWebUiSecret = new(
        "open-webui.secret",
        "",
        "The WEBUI_SECRET_KEY of an Open WebUI beside this server, 16 characters or more: its tokens let in here the accounts taken over from it, and this server can make such tokens. Who knows the secret can be any of them. Empty: none of that.",
        v =>
            v.Length == 0 || (System.Text.Encoding.UTF8.GetByteCount(v) >= 16 && v.Distinct().Count() >= 8)
                ? null
                : "16 characters or more, eight of them different: give Open WebUI a longer WEBUI_SECRET_KEY first"
    )
    {
        IsSecret = true,
    };
    public static readonly Setting Hosts = new(
        "hosts",
        "",
        "Further host names the server answers to, separated by commas."
    );
    public static readonly Setting Origins = new(
        "cors.origins",
        "",
        "Origins whose pages may call the API with a token, separated by commas: https://app.example.org. Empty: none.",
        v =>
            Parts(v)
                .All(o =>
                    Uri.TryCreate(o, UriKind.Absolute, out var uri)
                    && uri.Scheme is "http" or "https"
                    && uri.GetLeftPart(UriPartial.Authority) == o
                )
                ? null
                : "origins as browsers state them, such as https://app.example.org"
    );
    public static readonly Setting Proxies = new(
        "proxies",
        "",
        "Addresses or networks of proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas: 10.0.0.0/8. Empty: none.",
        v => Parts(v).All(p => Network(p) is not null) ? null : "addresses or networks, such as 10.0.0.1 or 10.0.0.0/8"
    );
    public static readonly Setting ImportBatch = new(
        "import.batch-bytes",
        "5242880",
        "Text committed together during an import, in bytes, 1024 to 268435456. Larger is faster and needs more memory.",
        Range(1024, 268_435_456)
    );
    public static readonly Setting ImportAttachment = new(
        "import.max-attachment-bytes",
        "1073741824",
        "The largest attachment whose bytes are kept, in bytes, 1 to 1099511627776.",
        Range(1, 1L << 40)
    );
    public static readonly Setting Upload = new(
        "import.max-upload-bytes",
        "2147483648",
        "The largest archive taken over HTTP, in bytes, 1 to 1099511627776. The command line reads files in place, of any size.",
        Range(1, 1L << 40)
    );
    public static readonly Setting UserRequests = new(
        "limit.user-requests",
        "600",
        "Requests of one user in a minute; 0: no limit. A server for a single user has none.",
        Range(0, 1_000_000)
    );
    public static readonly Setting AddressRequests = new(
        "limit.address-requests",
        "60",
        "Requests in a minute of one address that is not signed in; 0: no limit.",
        Range(0, 1_000_000)
    );
    public static readonly Setting UserStreams = new(
        "limit.user-streams",
        "5",
        "Streams of one user at once, answers of models through the gateway among them; 0: no limit. A server for a single user has none.",
        Range(0, 100_000)
    );
    public static readonly Setting UserSockets = new(
        "limit.user-sockets",
        "10",
        "Feeds of events of one user at once, one for each tab and device; 0: no limit. A server for a single user has none.",
        Range(0, 100_000)
    );
    public static readonly Setting MessagesPerDay = new(
        "quota.messages-per-day",
        "0",
        "Messages a user may write in a day (UTC), unless something else is set for them or a group of theirs; 0: no limit.",
        Range(0, long.MaxValue)
    );
    public static readonly Setting TokensPerMonth = new(
        "quota.tokens-per-month",
        "0",
        "Tokens that models may read and write for a user in a calendar month (UTC), as above; 0: no limit.",
        Range(0, long.MaxValue)
    );
    public static readonly Setting StorageBytes = new(
        "quota.storage-bytes",
        "10737418240",
        "Bytes of files a user may keep, as above; 0: no limit. A server for a single user has no quotas.",
        Range(0, long.MaxValue)
    );
    public static readonly Setting Files = new(
        "quota.files",
        "10000",
        "Files a user may keep, as above; 0: no limit.",
        Range(0, long.MaxValue)
    );
    public static readonly Setting KeepQueries = new(
        "search.keep-queries",
        "true",
        "Submitted searches are remembered, for suggestions: true or false.",
        v => v is "true" or "false" ? null : "true or false"
    );
    public static readonly Setting OllamaUrl = new(
        "ollama.url",
        "http://127.0.0.1:11434",
        "An Ollama whose models are offered without being set up; asked when models are wanted. Empty: none.",
        Web
    );
    public static readonly Setting OpenAiUrl = new(
        "openai.url",
        "",
        "A server of chat completions whose models are offered without being set up, such as https://api.openai.com/v1. Empty: none.",
        Web
    );
    public static readonly Setting OpenAiKey = new("openai.key", "", "The key that openai.url is called with.")
    {
        IsSecret = true,
    };
    public static readonly Setting LlamaServer = new(
        "llama-server",
        "",
        "llama.cpp's llama-server, which parley models serve runs: a path, or a name. Empty: llama-server, looked for in PATH."
    );
    public static readonly Setting ToolsLocal = new(
        "tools.local",
        "",
        "Addresses and networks that tool servers may have although they are not public, or not on port 80 or 443, separated by commas: 127.0.0.1:8931, 10.0.0.0/8. Empty: none.",
        v =>
            Parts(v).All(p => Outbound.LocalAddress.Parse(p) is not null)
                ? null
                : "addresses with or without a port, or networks, such as 127.0.0.1:8931 or 10.0.0.0/8"
    );
    public static readonly Setting ChatModel = new(
        "chat.model",
        "",
        "The model of questions that name none, in conversations without one; empty: the first of the list."
    );
    public static readonly Setting ChatContext = new(
        "chat.context-tokens",
        "16384",
        "Tokens of a model's window where its server does not say, 1024 to 100000000.",
        Range(1024, 100_000_000)
    );
    public static readonly Setting ChatTitles = new(
        "chat.titles",
        "true",
        "New conversations get a title by the model that answered: true or false. Otherwise the first line of the question is the title.",
        v => v is "true" or "false" ? null : "true or false"
    );
    public static readonly Setting LogLevel = new(
        "log.level",
        "information",
        "How much is logged: trace, debug, information, warning, error.",
        v =>
            Enum.TryParse<LogLevel>(v, ignoreCase: true, out _)
                ? null
                : "one of trace, debug, information, warning, error"
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        Data,
        Listen,
        SingleUser,
        SignUp,
        SetupCode,
        SigningKey,
        OpenWebUiSecret,
        Hosts,
        Origins,
        Proxies,
        ImportBatch,
        ImportAttachment,
        Upload,
        UserRequests,
        AddressRequests,
        UserStreams,
        UserSockets,
        MessagesPerDay,
        TokensPerMonth,
        StorageBytes,
        Files,
        KeepQueries,
        .. VectorSettings.All,
        OllamaUrl,
        OpenAiUrl,
        OpenAiKey,
        LlamaServer,
        ToolsLocal,
        ChatModel,
        ChatContext,
        ChatTitles,
        LogLevel,
        .. OidcSettings.All,
    ];

    private readonly Dictionary<string, (string Value, SettingOrigin Origin)> values = [];

    private Settings() { }

    /// <summary>Programs with tools, which the file alone can name.</summary>
    public IReadOnlyList<StdioServer> StdioServers { get; private set; } = [];

    public string DataDirectory => Get(Data) is { Length: > 0 } set ? Path.GetFullPath(set) : DefaultDataDirectory();

    public string Get(Setting setting) => values[setting.Name].Value;

    public long Number(Setting setting) => long.Parse(Get(setting), CultureInfo.InvariantCulture);

    public SettingOrigin OriginOf(Setting setting) => values[setting.Name].Origin;

    /// <param name="flags">Values given on the command line, by setting name.</param>
    /// <exception cref="SettingException">A value cannot be used, or the file names a setting that does not exist.</exception>
    public static Settings Load(IReadOnlyDictionary<string, string> flags, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var settings = new Settings();
        settings.Set(Data, flags, environment, []);
        var programs = new StdioServerLines();
        var file = ReadFile(Path.Combine(settings.DataDirectory, FileName), programs);
        settings.StdioServers = programs.Read();
        foreach (var setting in All.Where(s => s != Data))
        {
            settings.Set(setting, flags, environment, file);
        }

        return settings;
    }

    private void Set(
        Setting setting,
        IReadOnlyDictionary<string, string> flags,
        Func<string, string?> environment,
        Dictionary<string, string> file
    )
    {
        var (value, origin) =
            flags.TryGetValue(setting.Name, out var flag) ? (flag, SettingOrigin.Flag)
            : environment(setting.Variable) is { } variable ? (variable, SettingOrigin.Variable)
            : file.TryGetValue(setting.Name, out var line) ? (line, SettingOrigin.File)
            : (setting.Default, SettingOrigin.Default);
        if (setting.Check?.Invoke(value) is { } wrong)
        {
            var place =
                origin == SettingOrigin.Flag ? setting.Flag
                : origin == SettingOrigin.Variable ? setting.Variable
                : $"{setting.Name} in {FileName}";
            throw new SettingException(setting.IsSecret ? $"{place}: {wrong}" : $"{place} is \"{value}\": {wrong}");
        }

        values[setting.Name] = (value, origin);
    }

    /// <summary><c>name = value</c> lines; <c>#</c> begins a comment line.</summary>
    private static Dictionary<string, string> ReadFile(string path, StdioServerLines programs)
    {
        var values = new Dictionary<string, string>();
        if (!File.Exists(path))
        {
            return values;
        }

        var number = 0;
        foreach (var raw in File.ReadLines(path))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals].Trim();
            if (equals > 0 && name.StartsWith(StdioServerLines.Prefix, StringComparison.Ordinal))
            {
                programs.Add(number, name, line[(equals + 1)..].Trim());
                continue;
            }

            if (equals < 0 || All.All(s => s.Name != name) || name == Data.Name)
            {
                throw new SettingException(
                    $"{FileName} line {number}: there is no setting \"{name}\"; `parley settings` lists them"
                );
            }

            values[name] = line[(equals + 1)..].Trim();
        }

        return values;
    }

    private static string DefaultDataDirectory() =>
        Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "parley"
        );

    /// <summary>The parts of a list that commas separate.</summary>
    public static string[] Parts(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A network, or a single address as one; null for neither.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    private static string? Web(string value) =>
        value.Length == 0
        || (
            Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0
        )
            ? null
            : "an http or https address, such as http://127.0.0.1:11434";

    private static string? Address(string value) =>
        IPEndPoint.TryParse(value.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase), out _)
        && value.Contains(':', StringComparison.Ordinal)
            ? null
            : "an address and port, such as " + DefaultListen;

    private static Func<string, string?> Range(long low, long high) =>
        value =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= low && n <= high
                ? null
                : $"a whole number from {low} to {high}";
}
