using Parley.Bench;

if (args is ["--floor", var folder, .. var zips])
{
    return Floor.Run(folder, zips);
}

if (args is ["--corpus", var count])
{
    var made = Workspace.Zips(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    Console.WriteLine(string.Join('\n', made));
    return 0;
}

if (args is ["--upstream"])
{
    return await ScriptedUpstream.RunAsync();
}

if (args is [VectorsScenario.ChildArgument])
{
    return await VectorsScenario.MeasureAsync();
}

// ./dev bench [scenario…]: all of them without arguments. Each writes its page to bench/results.
var scenarios = new SortedDictionary<string, Func<Report, Task>>(StringComparer.Ordinal)
{
    ["answer"] = AnswerScenario.RunAsync,
    ["browse"] = BrowseScenario.RunAsync,
    ["chat"] = ChatScenario.RunAsync,
    ["crowd"] = CrowdScenario.RunAsync,
    ["documents"] = DocumentsScenario.RunAsync,
    ["gateway"] = GatewayScenario.RunAsync,
    ["import"] = ImportScenario.RunAsync,
    ["prd"] = RequirementsScenario.RunAsync,
    ["search"] = SearchScenario.RunAsync,
    ["signed"] = SignedScenario.RunAsync,
    ["start"] = StartScenario.RunAsync,
    ["vectors"] = VectorsScenario.RunAsync,
    ["write"] = WriteScenario.RunAsync,
};

var chosen = args.Length == 0 ? [.. scenarios.Keys] : args;
if (chosen.FirstOrDefault(name => !scenarios.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"No scenario '{unknown}'. There are: {string.Join(", ", scenarios.Keys)}");
    return 2;
}

var met = true;
foreach (var name in chosen)
{
    var report = new Report(name);
    await scenarios[name](report);
    met &= report.Write();
}

return met ? 0 : 1;
