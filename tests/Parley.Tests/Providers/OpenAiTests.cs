using Parley.Providers;

namespace Parley.Tests.Providers;

public sealed class OpenAiTests() : ProviderContract((int)UpstreamKind.OpenAi);
