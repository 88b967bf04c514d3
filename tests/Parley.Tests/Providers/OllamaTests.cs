using Parley.Providers;

namespace Parley.Tests.Providers;

public sealed class OllamaTests() : ProviderContract((int)UpstreamKind.Ollama);
